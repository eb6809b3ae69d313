#pragma once

#include <cstdint>
#include <vector>

#include "diff/class_sums.h"
#include "diff/score_pictures.h"

namespace mlops::diff {

/// What is kept of a classification instead of its rows: enough for every figure that is not drawn
/// by the bootstrap and needs no order of probabilities.
struct ClassTotals {
  /// Rows with a label (without a label column: all) that have the same values in all slices.
  struct Part {
    std::vector<std::uint32_t> values;  ///< codes of Samples::columns
    ClassSums sums;
  };
  std::vector<Part> parts;
  ClassSums labelled;    ///< all of them
  ClassSums unlabelled;  ///< answers only
  DifferenceHistogram moved;
  ScoreGrid grid;
};

}  // namespace mlops::diff
