#include "stats/summary.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace mlops::stats {

void Sum::add(double value) {
  const double next = sum_ + value;
  if (std::abs(sum_) >= std::abs(value)) {
    lost_ += (sum_ - next) + value;
  } else {
    lost_ += (value - next) + sum_;
  }
  sum_ = next;
}

double Sum::value() const {
  // After an infinity the compensation is NaN by construction and says nothing.
  return std::isfinite(sum_) ? sum_ + lost_ : sum_;
}

double sum(std::span<const double> values) {
  Sum total;
  for (const double value : values) {
    total.add(value);
  }
  return total.value();
}

std::optional<double> mean(std::span<const double> values) {
  if (values.empty()) {
    return std::nullopt;
  }
  return sum(values) / static_cast<double>(values.size());
}

std::optional<MinMax> min_max(std::span<const double> values) {
  if (values.empty()) {
    return std::nullopt;
  }
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return MinMax{*low, *high};
}

std::optional<double> quantile_sorted(std::span<const double> sorted, double q) {
  if (sorted.empty()) {
    return std::nullopt;
  }
  const double position = q * static_cast<double>(sorted.size() - 1);
  const double below = std::floor(position);
  const double share = position - below;
  const double low = sorted[static_cast<std::size_t>(below)];
  // Also keeps inf - inf out of the interpolation.
  if (share == 0) {
    return low;
  }
  const double high = sorted[static_cast<std::size_t>(below) + 1];
  return low == high ? low : low + share * (high - low);
}

std::optional<double> quantile(std::span<const double> values, double q) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  return quantile_sorted(sorted, q);
}

}  // namespace mlops::stats
