#include "base/error.h"

#include <set>
#include <string>

#include <catch2/catch.hpp>

using mlops::Error;
using mlops::ErrorKind;

TEST_CASE("an error keeps message, hint and context in order") {
  Error error(ErrorKind::config, "'x' is no number", "edit the file");
  error.add_context("in 'a.toml'").add_context("while planning");
  CHECK(error.kind() == ErrorKind::config);
  CHECK(error.message() == "'x' is no number");
  CHECK(std::string(error.what()) == error.message());
  CHECK(error.hint() == "edit the file");
  CHECK(error.context() == std::vector<std::string>{"in 'a.toml'", "while planning"});
}

TEST_CASE("context added on the way up arrives with the error") {
  try {
    try {
      throw Error(ErrorKind::io, "cannot read");
    } catch (Error& error) {
      error.add_context("while reading the index");
      throw;
    }
  } catch (const Error& error) {
    CHECK(error.context().size() == 1);
  }
}

TEST_CASE("every kind has a name of its own") {
  std::set<std::string_view> names;
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::internal); ++kind) {
    names.insert(mlops::to_string(static_cast<ErrorKind>(kind)));
  }
  CHECK(names.size() == static_cast<std::size_t>(ErrorKind::internal) + 1);
  CHECK(mlops::to_string(ErrorKind::child_failed) == "child_failed");
}
