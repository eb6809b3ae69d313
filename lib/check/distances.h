#pragma once

#include <optional>
#include <string>
#include <vector>

#include "check/value_counts.h"
#include "policy/check_policy.h"
#include "stats/distance.h"

namespace mlops::check {

/// A figure, or why there is none.
struct Compared {
  std::optional<stats::Distance> distance;
  std::string problem;
};

/// Cells that both sides are counted in. Null and NaN are cells of their own.
struct Cells {
  static constexpr std::size_t kMostCategories = 1000;  ///< the rest is one

  static std::vector<double> decile_edges(ValueCounts& base);
  /// The baseline's deciles: of equal ones one, the outer bins without end; texts are one cell.
  static std::vector<stats::CellCounts> of_deciles(ValueCounts& base, ValueCounts& now);
  /// Each value is a category.
  static std::vector<stats::CellCounts> of_values(ValueCounts& base, ValueCounts& now);
};

/// Whether categories are values, and not deciles.
bool is_by_value(policy::DriftMethod method, const ValueCounts& base);
/// The numbers that part its numbers into so many parts of the same size, with linear
/// interpolation; precondition: it has some.
std::vector<double> quantiles_of(ValueCounts& column, int parts);
/// The standard deviation of its numbers; precondition: it has some.
double deviation_of(ValueCounts& column);

/// The distance of two columns by a method. KS and W1/std look at numbers alone, which both must
/// have; deciles are those of a baseline without texts, else values are categories.
Compared compare_columns(policy::DriftMethod method, ValueCounts& base, ValueCounts& now);

}  // namespace mlops::check
