#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "diff/result.h"

namespace mlops::diff {

/// Counts differences in 40 bins around 0. Half the width of the picture is the smallest power of
/// two that no difference exceeds, which need not be known before the last one came. The order in
/// which they come makes no difference. One thread.
class DifferenceHistogram {
 public:
  DifferenceHistogram();
  /// NaN and infinities are left out.
  void add(double difference);
  void add(const DifferenceHistogram& other);
  Histogram finish(std::string title) const;

 private:
  static constexpr std::size_t kHalf = 20;
  /// Of the magnitudes in (2^(level-1), 2^level], in bins of 2^level / kHalf from 0 outwards; the
  /// last one is 2^level itself.
  struct Level {
    std::array<std::uint64_t, kHalf + 1> below{};
    std::array<std::uint64_t, kHalf + 1> above{};
  };
  Level& level_at(std::size_t place);

  std::vector<std::unique_ptr<Level>> levels_;  ///< from the smallest power of two up
  std::uint64_t zeros_ = 0;
};

/// Counts pairs of scores in a grid of 40 x 40. One thread.
class ScoreGrid {
 public:
  static constexpr std::uint32_t kCells = 40;
  explicit ScoreGrid(double low = 0, double high = 1)
      : low_(low),
        high_(high),
        scale_(kCells / (high - low)),
        counts_(std::size_t{kCells} * kCells) {}
  /// Pairs that are not finite are left out; what lies beyond an edge counts at the edge.
  void add(double before, double after);
  void add(const ScoreGrid& other);
  Density finish() const { return {low_, high_, kCells, counts_}; }

 private:
  std::size_t cell_of(double value) const;

  double low_;
  double high_;
  double scale_;
  std::vector<std::uint64_t> counts_;
};

}  // namespace mlops::diff
