#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace mlops::diff {

/// Whose probability each column of a classification holds.
struct ProbabilityColumns {
  std::span<const std::uint32_t> classes;  ///< class code by column
  std::optional<std::size_t> positive;     ///< binary: the column of the event
};

/// How sure an answer was, and whether it came true.
struct Forecast {
  double confidence = 0;
  bool is_event = false;
};

inline bool is_probability(double p) {
  return p >= 0 && p <= 1;
}

// What follows is of one row: `p(i)` is what it says in column i, NaN for null.

/// Binary: the probability of the positive class. Several classes: the largest one, of the first of
/// equal columns. Its confidence may be no probability.
template <typename P>
Forecast forecast_of(const ProbabilityColumns& columns, std::uint32_t label, P p) {
  std::size_t top = columns.positive.value_or(0);
  for (std::size_t i = 1; !columns.positive && i < columns.classes.size(); ++i) {
    top = p(i) > p(top) ? i : top;
  }
  return {p(top), label == columns.classes[top]};
}

/// (p - y)^2 of the positive class, or the sum over several classes; NaN where a probability is
/// none.
template <typename P>
double squared_error_of(const ProbabilityColumns& columns, std::uint32_t label, P p) {
  const auto squared = [&](std::size_t column) {
    const double off = p(column) - (label == columns.classes[column] ? 1.0 : 0.0);
    return is_probability(p(column)) ? off * off : std::nan("");
  };
  if (columns.positive) {
    return squared(*columns.positive);
  }
  double sum = 0;
  for (std::size_t i = 0; i < columns.classes.size(); ++i) {
    sum += squared(i);
  }
  return sum;
}

}  // namespace mlops::diff
