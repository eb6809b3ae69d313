#include "diff/score_pictures.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace mlops::diff {
namespace {

constexpr int kSmallestLevel = -1074;
constexpr int kLargestLevel = 1024;
constexpr std::size_t kLevels = kLargestLevel - kSmallestLevel + 1;
constexpr unsigned kMantissaBits = 52;
constexpr int kBias = 1022;  // of numbers from 1/2 to 1

/// The smallest power of two that is not smaller than a magnitude, and the magnitude in parts of
/// it.
struct Scaled {
  int level = 0;
  std::size_t part = 0;
};

Scaled scaled(double magnitude, std::size_t parts) {
  int power = 0;
  // Subnormal numbers become normal ones.
  if (magnitude < std::numeric_limits<double>::min()) {
    magnitude = std::frexp(magnitude, &power);
  }
  const auto bits = std::bit_cast<std::uint64_t>(magnitude);
  const std::uint64_t mantissa = bits & ((std::uint64_t{1} << kMantissaBits) - 1);
  power += static_cast<int>(bits >> kMantissaBits) - kBias;
  if (mantissa == 0) {
    return {power - 1, parts};
  }
  // (1 + mantissa) / 2 of 2^power, in exact arithmetic.
  return {power, parts / 2 + static_cast<std::size_t>((mantissa * (parts / 2)) >> kMantissaBits)};
}

}  // namespace

DifferenceHistogram::DifferenceHistogram() : levels_(kLevels) {}

DifferenceHistogram::Level& DifferenceHistogram::level_at(std::size_t place) {
  std::unique_ptr<Level>& level = levels_[place];
  if (!level) {
    level = std::make_unique<Level>();
  }
  return *level;
}

void DifferenceHistogram::add(double difference) {
  if (!std::isfinite(difference)) {
    return;
  }
  if (difference == 0) {
    ++zeros_;
    return;
  }
  const Scaled size = scaled(std::abs(difference), kHalf);
  Level& level = level_at(static_cast<std::size_t>(size.level - kSmallestLevel));
  ++(difference < 0 ? level.below : level.above)[size.part];
}

void DifferenceHistogram::add(const DifferenceHistogram& other) {
  zeros_ += other.zeros_;
  for (std::size_t place = 0; place < kLevels; ++place) {
    if (!other.levels_[place]) {
      continue;
    }
    Level& level = level_at(place);
    for (std::size_t i = 0; i <= kHalf; ++i) {
      level.below[i] += other.levels_[place]->below[i];
      level.above[i] += other.levels_[place]->above[i];
    }
  }
}

Histogram DifferenceHistogram::finish(std::string title) const {
  std::size_t top = kLevels;
  while (top > 0 && !levels_[top - 1]) {
    --top;
  }
  const double power = std::ldexp(1.0, static_cast<int>(top) - 1 + kSmallestLevel);
  const double limit = top == 0 ? 1 : std::min(power, std::numeric_limits<double>::max() / 2);
  Histogram result;
  result.title = std::move(title);
  result.counts.assign(2 * kHalf, 0);
  for (std::size_t i = 0; i <= 2 * kHalf; ++i) {
    result.edges.push_back(limit * ((static_cast<double>(i) - kHalf) / kHalf));
  }
  result.counts[kHalf] += zeros_;
  for (std::size_t place = 0; place < top; ++place) {
    if (!levels_[place]) {
      continue;
    }
    // Each level has bins half as wide as the next one: they fall together in pairs.
    const std::size_t halvings = std::min<std::size_t>(top - 1 - place, 16);
    for (std::size_t i = 0; i <= kHalf; ++i) {
      const std::size_t bin = std::min(i >> halvings, kHalf - 1);
      result.counts[kHalf + bin] += levels_[place]->above[i];
      result.counts[kHalf - 1 - bin] += levels_[place]->below[i];
    }
  }
  return result;
}

std::size_t ScoreGrid::cell_of(double value) const {
  return static_cast<std::size_t>(std::clamp((value - low_) * scale_, 0.0, kCells - 1.0));
}

void ScoreGrid::add(double before, double after) {
  if (std::isfinite(before) && std::isfinite(after)) {
    ++counts_[cell_of(after) * kCells + cell_of(before)];
  }
}

void ScoreGrid::add(const ScoreGrid& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    counts_[i] += other.counts_[i];
  }
}

}  // namespace mlops::diff
