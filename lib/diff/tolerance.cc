#include "diff/tolerance.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace mlops::diff {
namespace {

/// Doubles as integers in the order of their values, so that neighbours differ by one.
std::int64_t ordered_bits(double value) {
  const auto bits = std::bit_cast<std::int64_t>(value);
  return bits >= 0 ? bits : INT64_MIN - bits;
}

std::uint64_t ulps_between(double a, double b) {
  const auto low = static_cast<std::uint64_t>(ordered_bits(std::min(a, b)));
  const auto high = static_cast<std::uint64_t>(ordered_bits(std::max(a, b)));
  return high - low;
}

}  // namespace

bool within(const policy::Tolerance& tolerance, double old_value, double new_value) {
  if (std::isnan(old_value) || std::isnan(new_value)) {
    return std::isnan(old_value) && std::isnan(new_value);
  }
  if (old_value == new_value) {
    return true;
  }
  if (std::isinf(old_value) || std::isinf(new_value)) {
    return false;
  }
  const double difference = std::abs(new_value - old_value);
  switch (tolerance.mode) {
    case policy::ToleranceMode::sum:
      return difference <= tolerance.atol + tolerance.rtol * std::abs(old_value);
    case policy::ToleranceMode::either:
      return difference <= tolerance.atol ||
             (old_value != 0 && difference / std::abs(old_value) <= tolerance.rtol);
    case policy::ToleranceMode::symmetric:
      return difference <=
             std::max(tolerance.rtol * std::max(std::abs(old_value), std::abs(new_value)),
                      tolerance.atol);
    case policy::ToleranceMode::ulp:
      break;
  }
  return static_cast<double>(ulps_between(old_value, new_value)) <= tolerance.atol;
}

policy::Tolerance tolerance_of(const policy::DiffDefaults& defaults, const std::string& column) {
  policy::Tolerance tolerance = defaults.tolerance;
  if (const auto own = defaults.column_tolerance.find(column);
      own != defaults.column_tolerance.end()) {
    tolerance.rtol = own->second.rtol.value_or(tolerance.rtol);
    tolerance.atol = own->second.atol.value_or(tolerance.atol);
  }
  return tolerance;
}

}  // namespace mlops::diff
