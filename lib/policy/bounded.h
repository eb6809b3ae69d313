#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "config/toml.h"

namespace mlops::policy {

/// Keys of a policy that hold numbers in a range; Error{config} with the position otherwise.

inline std::optional<double> find_in(const config::Table& table,
                                     std::string_view key,
                                     double low,
                                     double high) {
  const auto value = table.find(key);
  if (!value) {
    return std::nullopt;
  }
  const double number = value->as_number();
  if (!std::isfinite(number) || number < low || number > high) {
    if (std::isinf(high)) {
      value->fail(fmt::format("must be a number of at least {:g}", low));
    }
    value->fail(fmt::format("must be between {:g} and {:g}", low, high));
  }
  return number;
}

inline std::optional<double> find_at_least(const config::Table& table,
                                           std::string_view key,
                                           double low) {
  return find_in(table, key, low, std::numeric_limits<double>::infinity());
}

inline std::optional<std::uint64_t> find_count(const config::Table& table, std::string_view key) {
  const auto value = table.find(key);
  if (!value) {
    return std::nullopt;
  }
  const std::int64_t number = value->as_integer();
  if (number < 0) {
    value->fail("must be a whole number of at least 0");
  }
  return static_cast<std::uint64_t>(number);
}

}  // namespace mlops::policy
