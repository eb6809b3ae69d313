#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "diff/samples.h"

namespace mlops::diff {

/// The labelled rows that share the value of a column, or of a crossing of columns.
struct RowGroup {
  std::string column;  ///< "country", "country*device"
  std::string value;   ///< "FR", "FR*mobile"
  std::uint64_t n = 0;
  std::vector<std::uint32_t> rows;
  std::shared_ptr<const ClassSums> sums{};  ///< where the samples hold no rows

  /// Each row counts 1.
  Selection unweighted() const { return {rows, {}, sums.get()}; }
  Selection with(std::span<const double> weights) const { return {rows, weights, sums.get()}; }
};

/// The groups of a slice that have rows, in the order of their values. Error{config} for a crossing
/// with more than 1,000 groups. Nothing where a column was not read.
std::vector<RowGroup> groups_of(const Samples& samples, const std::string& slice);
bool has_columns(const Samples& samples, const std::string& slice);

}  // namespace mlops::diff
