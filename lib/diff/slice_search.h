#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "diff/result.h"
#include "diff/samples.h"
#include "policy/safeguards.h"

namespace mlops::diff {

/// Looks for slices of one column, and of two crossed, that got worse more often than all rows did
/// (definition B11). A row got worse when it went from right to wrong, when its error grew beyond
/// the tolerance, when its list or text is further from the label; without labels, when its answer
/// changed. Slices of fewer than `min_rows` rows are not tested, nor crossings that are the same
/// rows as one of their columns. A slice is found when the Wilson interval of its rate lies above
/// the overall rate, and the exact binomial test of that, corrected over all tested slices by Holm,
/// is below alpha.
struct SearchRequest {
  std::vector<std::string> columns;
  std::uint64_t min_rows = 30;
  double alpha = 0.05;
  policy::Tolerance tolerance;
};
SliceSearch search_slices(const Samples& samples,
                          const SearchRequest& request,
                          const CancelToken& cancel);

}  // namespace mlops::diff
