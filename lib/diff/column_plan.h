#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

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

/// Which columns a comparison reads.
struct ColumnPlan {
  table::AlignRequest request;
  std::optional<PlannedColumn> prediction;
  std::vector<PlannedColumn> probabilities;  ///< in the order of the set
  std::optional<PlannedColumn> label;
  std::optional<PlannedColumn> weight;
  std::vector<PlannedColumn> slices;  ///< of the set and of rules, also sensitive features
};

/// The policy's choice in the table room's words.
table::Duplicates duplicates_of(policy::OnDuplicates choice);

/// Columns of the set must exist; those that only rules for all sets name may be missing (such a
/// rule ends as skipped). Error{config} names table and column.
ColumnPlan plan_columns(table::Engine& engine,
                        const policy::PredictionSet& set,
                        const table::Source& old_table,
                        const table::Source& new_table,
                        const policy::Safeguards& safeguards);

}  // namespace mlops::diff
