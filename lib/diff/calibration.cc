#include "diff/calibration.h"

#include <algorithm>
#include <cmath>

#include "stats/summary.h"

namespace mlops::diff {
namespace {

struct Forecast {
  double confidence = 0;
  bool event = false;
};

Forecast forecast_of(const Samples& samples, const Version& version, std::uint32_t row) {
  const std::uint32_t label = samples.label[row];
  if (samples.positive_column) {
    return {version.probabilities[*samples.positive_column][row], label == *samples.positive};
  }
  std::size_t top = 0;
  for (std::size_t i = 1; i < version.probabilities.size(); ++i) {
    if (version.probabilities[i][row] > version.probabilities[top][row]) {
      top = i;
    }
  }
  return {version.probabilities[top][row], label == samples.probability_class[top]};
}

/// The bin whose edges, as doubles, hold p: a product alone would round across them.
std::size_t bin_of(double p, std::uint32_t bin_count) {
  const double count = bin_count;
  auto bin = std::min(static_cast<std::uint32_t>(p * count), bin_count - 1);
  while (bin > 0 && p < bin / count) {
    --bin;
  }
  while (bin + 1 < bin_count && p >= (bin + 1) / count) {
    ++bin;
  }
  return bin;
}

}  // namespace

std::optional<std::vector<ReliabilityBin>> reliability(const Samples& samples,
                                                       const Version& version,
                                                       const Selection& selection,
                                                       std::uint32_t bin_count) {
  if (!samples.has_probabilities() || !samples.has_labels) {
    return std::nullopt;
  }
  std::vector<ReliabilityBin> bins(bin_count);
  for (const std::uint32_t row : selection.rows) {
    const Forecast forecast = forecast_of(samples, version, row);
    if (!(forecast.confidence >= 0 && forecast.confidence <= 1)) {
      return std::nullopt;
    }
    const double weight = selection.weight(row);
    ReliabilityBin& bin = bins[bin_of(forecast.confidence, bin_count)];
    bin.count += 1;
    bin.weight += weight;
    bin.confidence += weight * forecast.confidence;
    bin.events += forecast.event ? weight : 0;
  }
  return bins;
}

std::optional<double> expected_calibration_error(const std::vector<ReliabilityBin>& bins) {
  stats::Sum gap;
  stats::Sum weight;
  for (const ReliabilityBin& bin : bins) {
    gap.add(std::abs(bin.events - bin.confidence));
    weight.add(bin.weight);
  }
  if (!(weight.value() > 0)) {
    return std::nullopt;
  }
  return gap.value() / weight.value();
}

std::vector<CalibrationBin> calibration_bins(const Samples& samples) {
  const Selection all = select(samples, samples.labelled);
  const auto before = reliability(samples, samples.old_version, all, kCalibrationBins);
  const auto after = reliability(samples, samples.new_version, all, kCalibrationBins);
  std::vector<CalibrationBin> result;
  if (!before || !after) {
    return result;
  }
  const auto share = [](double part, double whole) { return whole > 0 ? part / whole : 0; };
  for (std::uint32_t i = 0; i < kCalibrationBins; ++i) {
    const ReliabilityBin& o = (*before)[i];
    const ReliabilityBin& n = (*after)[i];
    CalibrationBin bin;
    bin.low = i / static_cast<double>(kCalibrationBins);
    bin.high = (i + 1) / static_cast<double>(kCalibrationBins);
    bin.old_count = o.count;
    bin.new_count = n.count;
    bin.old_confidence = share(o.confidence, o.weight);
    bin.new_confidence = share(n.confidence, n.weight);
    bin.old_accuracy = share(o.events, o.weight);
    bin.new_accuracy = share(n.events, n.weight);
    result.push_back(bin);
  }
  return result;
}

}  // namespace mlops::diff
