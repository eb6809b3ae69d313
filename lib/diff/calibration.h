#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "diff/result.h"
#include "diff/samples.h"

namespace mlops::diff {

/// The bin of a probability: [i/M, (i+1)/M), the last one closed.
std::size_t bin_of(double p, std::uint32_t bin_count);

/// One bin: weighted sums of its rows.
struct ReliabilityBin {
  std::uint64_t count = 0;
  double weight = 0;
  double confidence = 0;  ///< sum of weight × confidence
  double events = 0;      ///< sum of weight where the event happened
};

/// Equal-width bins [i/M, (i+1)/M), the last closed (definition B6). Binary: the probability of the
/// positive class against the event. Several classes: the largest probability against whether its
/// class (the first of equal ones) is the label. Nothing where a probability is outside [0, 1] or
/// missing, or a set has no probabilities.
std::optional<std::vector<ReliabilityBin>> reliability(const Samples& samples,
                                                       const Version& version,
                                                       const Selection& selection,
                                                       std::uint32_t bin_count);

/// Expected calibration error, l1: the bins' |events - confidence| over all weight; nothing for no
/// weight.
std::optional<double> expected_calibration_error(const std::vector<ReliabilityBin>& bins);

/// Both versions side by side, for the picture; empty where one has no bins.
std::vector<CalibrationBin> calibration_bins(const Samples& samples);

}  // namespace mlops::diff
