#pragma once

#include <optional>

#include "diff/result.h"
#include "diff/samples.h"
#include "diff/unit_values.h"

namespace mlops::diff {

/// Metrics over what was measured of each text, vector or ranked list (definitions B8 to B10), and
/// over how far two numbers lie apart (B2). Units without the figure are left out; nothing where
/// none has it, or one is invalid.

/// The mean, weighted.
std::optional<double> mean_of(const std::vector<double>& values, const Selection& selection);
/// The quantile q, linear between neighbours, a row standing as often as its weight says; 0 is the
/// smallest and 1 the largest value.
std::optional<double> quantile_of(const std::vector<double>& values,
                                  const Selection& selection,
                                  double q);

template <PairValue Value>
std::optional<double> pair_mean(const Samples& samples, const Selection& selection) {
  return mean_of(samples.pair.of(Value), selection);
}
/// The quantile of PerMille / 1000.
template <PairValue Value, int PerMille>
std::optional<double> pair_quantile(const Samples& samples, const Selection& selection) {
  return quantile_of(samples.pair.of(Value), selection, PerMille / 1000.0);
}
template <OwnValue Value>
std::optional<double> own_mean(const Samples&, const Version& version, const Selection& selection) {
  return mean_of(version.own.of(Value), selection);
}

/// |new - old| of predicted numbers; of vectors over their elements.
std::optional<double> mean_abs_difference(const Samples&, const Selection&);
std::optional<double> max_abs_difference(const Samples&, const Selection&);
std::optional<double> median_abs_difference(const Samples&, const Selection&);
std::optional<double> p99_abs_difference(const Samples&, const Selection&);
/// |new - old| / |old|, 0/0 is 0; rows whose old value alone is 0 are left out.
std::optional<double> mean_relative_difference(const Samples&, const Selection&);

/// Of vectors, over all their elements: 10 log10(peak^2 / mean squared difference) in dB, the peak
/// being the range of the old elements. Infinite where nothing differs; nothing where the old
/// elements are all the same, and differ from the new ones.
std::optional<double> peak_signal_noise_ratio(const Samples&, const Selection&);

/// Units whose answers differ.
Counts count_units(const Samples& samples, const Selection& selection);

}  // namespace mlops::diff
