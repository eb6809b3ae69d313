#pragma once

#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"

namespace mlops::os {

/// The kind of the Error that `act` throws; the test fails when it throws none.
template <typename Act>
ErrorKind kind_thrown_by(Act act) {
  try {
    act();
  } catch (const Error& error) {
    UNSCOPED_INFO(error.message());
    return error.kind();
  }
  FAIL("no error was thrown");
  return ErrorKind::internal;
}

/// The message of the Error that `act` throws.
template <typename Act>
std::string message_thrown_by(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error.message();
  }
  FAIL("no error was thrown");
  return {};
}

}  // namespace mlops::os
