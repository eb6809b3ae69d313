#include "diff/metrics_units.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "stats/summary.h"

namespace mlops::diff {
namespace {

/// |new - old| by row: 0 where both are the same NaN or infinity, infinite where only one is a
/// number.
std::vector<double> differences(const Samples& samples) {
  std::vector<double> differences(samples.size);
  for (std::size_t row = 0; row < samples.size; ++row) {
    const double o = samples.old_version.value[row];
    const double n = samples.new_version.value[row];
    const bool same = o == n || (std::isnan(o) && std::isnan(n));
    const double apart = std::abs(n - o);
    differences[row] = same ? 0.0 : std::isnan(apart) ? kInvalid : apart;
  }
  return differences;
}

bool has_vectors(const Samples& samples) {
  return samples.task != policy::Task::regression;
}

std::optional<double> difference_quantile(const Samples& samples,
                                          const Selection& selection,
                                          double q) {
  return has_vectors(samples) ? quantile_of(samples.pair.of(PairValue::max_abs), selection, q)
                              : quantile_of(differences(samples), selection, q);
}

}  // namespace

std::optional<double> mean_of(const std::vector<double>& values, const Selection& selection) {
  stats::Sum total;
  stats::Sum weight;
  for (const std::uint32_t row : selection.rows) {
    if (!std::isnan(values[row]) && selection.weight(row) > 0) {
      total.add(selection.weight(row) * values[row]);
      weight.add(selection.weight(row));
    }
  }
  const double mean = total.value() / weight.value();
  return std::isfinite(mean) ? std::optional(mean) : std::nullopt;
}

std::optional<double> quantile_of(const std::vector<double>& values,
                                  const Selection& selection,
                                  double q) {
  std::vector<std::pair<double, double>> sorted;
  double total = 0;
  for (const std::uint32_t row : selection.rows) {
    const double weight = selection.weight(row);
    if (!std::isnan(values[row]) && weight > 0) {
      sorted.emplace_back(values[row], weight);
      total += weight;
    }
  }
  if (sorted.empty()) {
    return std::nullopt;
  }
  std::sort(sorted.begin(), sorted.end());
  if (!std::isfinite(sorted.back().first)) {
    return std::nullopt;
  }
  const double position = std::max(total - 1, 0.0) * q;
  // The value at a place of the list in which each stands as often as it weighs.
  const auto at = [&](double place) {
    double passed = 0;
    for (const auto& [value, weight] : sorted) {
      passed += weight;
      if (place < passed) {
        return value;
      }
    }
    return sorted.back().first;
  };
  const double low = at(std::floor(position));
  const double high = at(std::floor(position) + 1);
  return low + (high - low) * (position - std::floor(position));
}

std::optional<double> mean_abs_difference(const Samples& samples, const Selection& selection) {
  return has_vectors(samples) ? mean_of(samples.pair.of(PairValue::mean_abs), selection)
                              : mean_of(differences(samples), selection);
}

std::optional<double> max_abs_difference(const Samples& samples, const Selection& selection) {
  return difference_quantile(samples, selection, 1);
}

std::optional<double> median_abs_difference(const Samples& samples, const Selection& selection) {
  return difference_quantile(samples, selection, 0.5);
}

std::optional<double> p99_abs_difference(const Samples& samples, const Selection& selection) {
  return difference_quantile(samples, selection, 0.99);
}

std::optional<double> mean_relative_difference(const Samples& samples, const Selection& selection) {
  std::vector<double> relative = differences(samples);
  for (std::size_t row = 0; row < samples.size; ++row) {
    const double size = std::abs(samples.old_version.value[row]);
    relative[row] = relative[row] == 0 ? 0 : size == 0 ? kNoValue : relative[row] / size;
  }
  return mean_of(relative, selection);
}

std::optional<double> peak_signal_noise_ratio(const Samples& samples, const Selection& selection) {
  const std::vector<double>& squares = samples.pair.of(PairValue::square_sum);
  const std::vector<double>& sizes = samples.pair.of(PairValue::finite_elements);
  stats::Sum total;
  stats::Sum elements;
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const std::uint32_t row : selection.rows) {
    if (selection.weight(row) > 0 && sizes[row] > 0) {
      total.add(selection.weight(row) * squares[row]);
      elements.add(selection.weight(row) * sizes[row]);
      low = std::min(low, samples.pair.of(PairValue::old_low)[row]);
      high = std::max(high, samples.pair.of(PairValue::old_high)[row]);
    }
  }
  const double error = total.value() / elements.value();
  if (!std::isfinite(error) || (error > 0 && !(high > low))) {
    return std::nullopt;
  }
  return error == 0 ? std::numeric_limits<double>::infinity()
                    : 20 * std::log10(high - low) - 10 * std::log10(error);
}

Counts count_units(const Samples& samples, const Selection& selection) {
  Counts counts;
  counts.matched = selection.rows.size();
  for (const std::uint32_t row : selection.rows) {
    counts.changed += samples.changed[row];
  }
  return counts;
}

}  // namespace mlops::diff
