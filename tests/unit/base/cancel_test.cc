#include "base/cancel.h"

#include <catch2/catch.hpp>

#include "base/error.h"

using mlops::CancelToken;
using mlops::Error;
using mlops::ErrorKind;

TEST_CASE("a fresh token lets work go on") {
  const CancelToken token;
  CHECK_FALSE(token.is_cancelled());
  CHECK(token.requests() == 0);
  CHECK_NOTHROW(token.check());
}

TEST_CASE("a cancelled token throws interrupted") {
  CancelToken token;
  token.cancel();
  CHECK(token.is_cancelled());
  CHECK(token.signal_number() == 0);
  try {
    token.check();
    FAIL("check() did not throw");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::interrupted);
  }
}

TEST_CASE("the first signal is the one that counts") {
  CancelToken token;
  token.cancel();
  token.cancel(15);
  token.cancel(2);
  CHECK(token.signal_number() == 15);
  CHECK(token.requests() == 3);
}
