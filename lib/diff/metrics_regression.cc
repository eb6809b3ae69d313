#include "diff/metrics_regression.h"

#include <algorithm>
#include <cmath>

#include "diff/tolerance.h"
#include "stats/summary.h"

namespace mlops::diff {
namespace {

/// The weighted mean over rows of what `loss` makes of an error; nothing where it is not finite.
template <typename Loss>
std::optional<double> mean_of_errors(const Samples& samples,
                                     const Version& version,
                                     const Selection& selection,
                                     Loss loss) {
  if (!samples.has_labels) {
    return std::nullopt;
  }
  stats::Sum total;
  stats::Sum weight;
  for (const std::uint32_t row : selection.rows) {
    total.add(selection.weight(row) * loss(version.value[row] - samples.target[row]));
    weight.add(selection.weight(row));
  }
  const double mean = total.value() / weight.value();
  return std::isfinite(mean) ? std::optional(mean) : std::nullopt;
}

double squared(double value) {
  return value * value;
}

}  // namespace

std::optional<double> mean_absolute_error(const Samples& samples,
                                          const Version& version,
                                          const Selection& selection) {
  return mean_of_errors(samples, version, selection, [](double e) { return std::abs(e); });
}

std::optional<double> mean_error(const Samples& samples,
                                 const Version& version,
                                 const Selection& selection) {
  return mean_of_errors(samples, version, selection, [](double e) { return e; });
}

std::optional<double> sign_flip_rate(const Samples& samples, const Selection& selection) {
  stats::Sum flipped;
  stats::Sum weight;
  for (const std::uint32_t row : selection.rows) {
    const double o = samples.old_version.value[row];
    const double n = samples.new_version.value[row];
    if (std::isnan(o) || std::isnan(n)) {
      return std::nullopt;
    }
    flipped.add((o < 0 && n > 0) || (o > 0 && n < 0) ? selection.weight(row) : 0);
    weight.add(selection.weight(row));
  }
  return weight.value() > 0 ? std::optional(flipped.value() / weight.value()) : std::nullopt;
}

std::optional<double> mean_absolute_percentage_error(const Samples& samples,
                                                     const Version& version,
                                                     const Selection& selection) {
  if (!samples.has_labels) {
    return std::nullopt;
  }
  stats::Sum total;
  stats::Sum weight;
  for (const std::uint32_t row : selection.rows) {
    const double target = samples.target[row];
    if (target != 0) {
      total.add(selection.weight(row) * std::abs((version.value[row] - target) / target));
      weight.add(selection.weight(row));
    }
  }
  const double mean = total.value() / weight.value();
  return std::isfinite(mean) ? std::optional(mean) : std::nullopt;
}

std::optional<double> root_mean_squared_error(const Samples& samples,
                                              const Version& version,
                                              const Selection& selection) {
  const auto mean = mean_of_errors(samples, version, selection, squared);
  return mean ? std::optional(std::sqrt(*mean)) : std::nullopt;
}

std::optional<double> r2(const Samples& samples,
                         const Version& version,
                         const Selection& selection) {
  if (!samples.has_labels) {
    return std::nullopt;
  }
  stats::Sum weight;
  stats::Sum weighted_target;
  for (const std::uint32_t row : selection.rows) {
    weight.add(selection.weight(row));
    weighted_target.add(selection.weight(row) * samples.target[row]);
  }
  const double mean = weighted_target.value() / weight.value();
  stats::Sum residual;
  stats::Sum spread;
  for (const std::uint32_t row : selection.rows) {
    residual.add(selection.weight(row) * squared(version.value[row] - samples.target[row]));
    spread.add(selection.weight(row) * squared(samples.target[row] - mean));
  }
  if (!(spread.value() > 0) || !std::isfinite(residual.value())) {
    return std::nullopt;
  }
  return 1 - residual.value() / spread.value();
}

std::optional<double> max_error(const Samples& samples,
                                const Version& version,
                                const Selection& selection) {
  if (!samples.has_labels) {
    return std::nullopt;
  }
  std::optional<double> largest;
  for (const std::uint32_t row : selection.rows) {
    const double error = std::abs(version.value[row] - samples.target[row]);
    if (!std::isfinite(error)) {
      return std::nullopt;
    }
    if (selection.weight(row) > 0) {
      largest = std::max(largest.value_or(0), error);
    }
  }
  return largest;
}

Counts count_numbers(const Samples& samples,
                     const Selection& selection,
                     const policy::Tolerance& tolerance) {
  Counts counts;
  for (const std::uint32_t row : selection.rows) {
    const double o = samples.old_version.value[row];
    const double n = samples.new_version.value[row];
    ++counts.matched;
    counts.changed += within(tolerance, o, n) ? 0U : 1U;
    if (!samples.has_labels || std::isnan(samples.target[row])) {
      continue;
    }
    const double before = std::abs(o - samples.target[row]);
    const double after = std::abs(n - samples.target[row]);
    const bool lost = std::isfinite(before) && !std::isfinite(after);
    const bool moved = !within(tolerance, before, after);
    counts.worsened += lost || (moved && after > before) ? 1U : 0U;
    counts.improved += moved && after < before ? 1U : 0U;
  }
  return counts;
}

}  // namespace mlops::diff
