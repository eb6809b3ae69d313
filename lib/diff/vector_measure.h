#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "diff/unit_values.h"
#include "policy/safeguards.h"

namespace mlops::diff {

/// An embedding or a tensor of one row.
struct VectorValue {
  std::vector<double> values;
  std::vector<std::size_t> shape;
};

/// Reads "[1, 2.5]", "[[1, 2], [3, 4]]" or a plain number, as JSON writes them, with NaN, Infinity
/// and null (NaN). Nothing for everything else: ragged arrays, more than 8 dimensions, an empty
/// one.
std::optional<VectorValue> parse_vector(std::string_view text);

/// What one pair of vectors of the same shape comes to (definition B10): cosine of two zero vectors
/// is 1, of one 0. NaN at the same place is equal, as are infinities of one sign, and such elements
/// are left out of sums; an element that only one side has as a number makes the row invalid.
struct VectorMeasure {
  PairRow pair;
  bool is_changed = false;         ///< an element is beyond the tolerance
  bool has_new_nonfinite = false;  ///< finite in the old vector only
};
VectorMeasure measure_vectors(const VectorValue& old_value,
                              const VectorValue& new_value,
                              const policy::Tolerance& tolerance);
/// Of a row whose shapes differ: invalid.
PairRow invalid_vectors();

}  // namespace mlops::diff
