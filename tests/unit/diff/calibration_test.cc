#include "diff/calibration.h"

#include <algorithm>
#include <cmath>

#include <catch2/catch.hpp>

namespace mlops::diff {
namespace {

Samples binary(std::vector<double> p, std::vector<std::uint32_t> y) {
  Samples samples;
  samples.size = p.size();
  samples.has_labels = true;
  samples.classes = {"0", "1"};
  samples.label = std::move(y);
  samples.probability_class = {1};
  samples.positive_column = 0;
  samples.positive = 1;
  samples.new_version.probabilities = {std::move(p)};
  for (std::uint32_t row = 0; row < samples.size; ++row) {
    samples.labelled.push_back(row);
  }
  return samples;
}

std::optional<double> ece_of(const Samples& samples, std::uint32_t bins) {
  const auto found =
      reliability(samples, samples.new_version, select(samples, samples.labelled), bins);
  return found ? expected_calibration_error(*found) : std::nullopt;
}

}  // namespace

TEST_CASE("reference row 23: torchmetrics' binary example") {
  const Samples samples = binary({.25, .25, .55, .75, .75}, {0, 0, 1, 1, 1});
  CHECK(ece_of(samples, 2).value() == Approx(0.29));
}

TEST_CASE("reference row 23: torchmetrics' three classes") {
  Samples samples;
  samples.size = 4;
  samples.has_labels = true;
  samples.classes = {"0", "1", "2"};
  samples.label = {0, 1, 2, 0};
  samples.probability_class = {0, 1, 2};
  samples.new_version.probabilities = {
      {.25, .55, .10, .90}, {.20, .05, .30, .05}, {.55, .40, .60, .05}};
  samples.labelled = {0, 1, 2, 3};
  CHECK(ece_of(samples, 3).value() == Approx(0.2));
}

TEST_CASE("bins are closed below, the last on both sides") {
  const Samples samples = binary({0.3, 0.1, 1.0, 0.7, 0.0}, {1, 1, 1, 1, 0});
  const auto bins =
      reliability(samples, samples.new_version, select(samples, samples.labelled), 10).value();
  CHECK(bins[3].count == 1);
  CHECK(bins[1].count == 1);
  CHECK(bins[9].count == 1);
  CHECK(bins[7].count == 1);
  CHECK(bins[0].count == 1);
}

TEST_CASE("an edge belongs to the bin above it, for any number of bins") {
  // 1.0 / 49 * 49 is less than 1: a product alone would put it below.
  for (std::uint32_t count = 1; count <= 100; ++count) {
    std::vector<double> edges;
    for (std::uint32_t i = 0; i < count; ++i) {
      edges.push_back(static_cast<double>(i) / count);
    }
    const Samples samples = binary(edges, std::vector<std::uint32_t>(count, 1));
    const auto bins =
        reliability(samples, samples.new_version, select(samples, samples.labelled), count).value();
    CAPTURE(count);
    CHECK(std::all_of(
        bins.begin(), bins.end(), [](const ReliabilityBin& bin) { return bin.count == 1; }));
  }
}

TEST_CASE("a number that is no probability leaves calibration undefined") {
  CHECK_FALSE(ece_of(binary({0.5, 1.5}, {1, 1}), 10).has_value());
  CHECK_FALSE(ece_of(binary({0.5, std::nan("")}, {1, 1}), 10).has_value());
  CHECK_FALSE(ece_of(binary({}, {}), 10).has_value());
}

}  // namespace mlops::diff
