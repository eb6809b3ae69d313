#pragma once

#include <string>
#include <vector>

#include "diff/result.h"

namespace mlops::report {

/// What a search over slices looked at and how much it found, in one sentence. Raw.
std::string search_sentence(const diff::SliceSearch& search);

/// Lines for a terminal, escaped; width 0: no limit. The first forty slices of a column with the
/// first figure of each.
std::vector<std::string> slices_table(const diff::PredictionReport& set,
                                      const std::string& column,
                                      std::size_t width);
/// The first twenty slices that a search found.
std::vector<std::string> found_slices_table(const diff::PredictionReport& set, std::size_t width);

}  // namespace mlops::report
