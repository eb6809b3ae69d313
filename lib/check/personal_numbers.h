#pragma once

#include <string_view>

#include "check/personal_values.h"

namespace mlops::check {

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The kinds of which `word` is one whole number, by length, form and checksum: cards, bank
/// accounts and the numbers by which states name people.
PiiKinds find_numbers(std::string_view word);

}  // namespace mlops::check
