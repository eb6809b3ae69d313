#pragma once

#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"

namespace mlops::pipeline::testing {

/// The error that `action` throws; fails the test when it throws none.
template <typename Action>
Error error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  throw std::runtime_error("no error was thrown");
}

/// Message, context and hint in one text.
inline std::string full_text(const Error& error) {
  auto text = error.message();
  for (const auto& line : error.context()) {
    text += "\n" + line;
  }
  return text + "\n" + error.hint();
}

/// `action` throws a `kind` whose text holds `part`.
template <typename Action>
void expect_error(ErrorKind kind, const std::string& part, Action action) {
  const auto error = error_of(action);
  CHECK(to_string(error.kind()) == to_string(kind));
  CHECK_THAT(full_text(error), Catch::Matchers::Contains(part));
}

}  // namespace mlops::pipeline::testing
