#include "diff/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "diff/class_row.h"
#include "diff/class_sums.h"
#include "stats/exact_sum.h"
#include "stats/summary.h"

namespace mlops::diff {
namespace {

constexpr auto kUsualEdges = [] {
  std::array<double, kCalibrationBins + 1> edges{};
  for (std::uint32_t i = 0; i <= kCalibrationBins; ++i) {
    edges[i] = static_cast<double>(i) / kCalibrationBins;
  }
  return edges;
}();

/// The bin whose edges, as doubles, hold p: a product alone would round across them.
template <typename EdgeAt>
std::size_t bin_between(double p, std::uint32_t bin_count, EdgeAt edge) {
  auto bin = std::min(static_cast<std::uint32_t>(p * bin_count), bin_count - 1);
  while (bin > 0 && p < edge(bin)) {
    --bin;
  }
  while (bin + 1 < bin_count && p >= edge(bin + 1)) {
    ++bin;
  }
  return bin;
}

/// The same bins, of rows that were summed when they were read.
std::optional<std::vector<ReliabilityBin>> bins_of(const ClassSums::OfVersion& sums) {
  if (sums.odd_confidences > 0) {
    return std::nullopt;
  }
  std::vector<ReliabilityBin> bins;
  for (const ClassSums::Bin& bin : sums.bins) {
    bins.push_back({bin.count,
                    static_cast<double>(bin.count),
                    bin.confidence.value(),
                    static_cast<double>(bin.events)});
  }
  return bins;
}

}  // namespace

std::size_t bin_of(double p, std::uint32_t bin_count) {
  if (bin_count == kCalibrationBins) {
    return bin_between(p, bin_count, [](std::uint32_t i) { return kUsualEdges[i]; });
  }
  return bin_between(
      p, bin_count, [&](std::uint32_t i) { return static_cast<double>(i) / bin_count; });
}

std::optional<std::vector<ReliabilityBin>> reliability(const Samples& samples,
                                                       const Version& version,
                                                       const Selection& selection,
                                                       std::uint32_t bin_count) {
  if (!samples.has_probabilities() || !samples.has_labels) {
    return std::nullopt;
  }
  if (selection.sums != nullptr) {
    return bins_of(selection.sums->of(samples.side_of(version)));
  }
  const ProbabilityColumns columns{samples.probability_class, samples.positive_column};
  std::vector<ReliabilityBin> bins(bin_count);
  std::vector<stats::ExactSum> confidence(bin_count);
  for (const std::uint32_t row : selection.rows) {
    const Forecast forecast = forecast_of(columns, samples.label[row], [&](std::size_t column) {
      return version.probabilities[column][row];
    });
    if (!is_probability(forecast.confidence)) {
      return std::nullopt;
    }
    const double weight = selection.weight(row);
    const std::size_t at = bin_of(forecast.confidence, bin_count);
    ReliabilityBin& bin = bins[at];
    bin.count += 1;
    bin.weight += weight;
    confidence[at].add(weight * forecast.confidence);
    bin.events += forecast.is_event ? weight : 0;
  }
  for (std::uint32_t i = 0; i < bin_count; ++i) {
    bins[i].confidence = confidence[i].value();
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
  const Selection all = select_labelled(samples);
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
