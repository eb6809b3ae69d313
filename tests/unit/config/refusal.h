#pragma once

#include <string>

#include "base/error.h"

namespace mlops::test {

struct Refusal {
  std::string kind;
  std::string message;
  std::string hint;
};

/// What `action` throws as an Error; all empty when it throws nothing.
template <typename Action>
Refusal refusal_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return {std::string(to_string(error.kind())), error.message(), error.hint()};
  }
  return {};
}

}  // namespace mlops::test
