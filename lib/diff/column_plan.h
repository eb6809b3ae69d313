#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "diff/samples.h"
#include "policy/predictions.h"
#include "policy/safeguards.h"
#include "table/table.h"

namespace mlops::diff {

/// Where a column stands in a batch, and which tables have it.
struct PlannedColumn {
  std::string name;
  std::size_t index = 0;
  bool in_old = true;
  bool in_new = true;
};

/// The elements of an embedding or a tensor: a column each, or all in one.
struct PlannedVector {
  std::vector<PlannedColumn> columns;
  bool is_packed = false;
  std::size_t old_width = 0;  ///< columns of elements that each table has
  std::size_t new_width = 0;
  bool is_same_width() const { return old_width == new_width; }
};

/// A column of one version that an expression names.
struct PlannedNumber {
  Side side = Side::new_version;
  PlannedColumn column;
};

/// Which columns a comparison reads.
struct ColumnPlan {
  table::AlignRequest request;
  std::optional<PlannedColumn> prediction;
  PlannedVector vector;                      ///< of an embedding or a tensor, instead
  std::vector<PlannedColumn> probabilities;  ///< in the order of the set
  std::optional<PlannedColumn> label;
  std::optional<PlannedColumn> weight;
  std::vector<PlannedColumn> slices;   ///< of the set and of rules, also sensitive features
  std::vector<PlannedColumn> extra;    ///< only shown
  std::vector<PlannedNumber> numbers;  ///< of expressions; those that no table has are left out
  /// Names of the columns that are searched for slices; those that are in no other list stand at
  /// the end of `slices`, from `first_searched` on.
  std::vector<std::string> searched;
  std::size_t first_searched = 0;
};

/// Columns that a comparison reads beside those of the set and the policy.
struct AskedColumns {
  std::vector<std::string> shown{};
  std::vector<std::string> searched{};  ///< "*": all that are not used for something else
};

/// The policy's choice in the table room's words.
table::Duplicates duplicates_of(policy::OnDuplicates choice);

/// Columns of the set must exist; those that only rules for all sets name may be missing (such a
/// rule ends as skipped). Error{config} names table and column.
ColumnPlan plan_columns(table::Engine& engine,
                        const policy::PredictionSet& set,
                        const table::Source& old_table,
                        const table::Source& new_table,
                        const policy::Safeguards& safeguards,
                        const AskedColumns& asked = {});

}  // namespace mlops::diff
