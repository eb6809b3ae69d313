#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "diff/compare.h"
#include "diff/result.h"
#include "policy/safeguards.h"
#include "table/cell_changes.h"
#include "table/table.h"

namespace mlops::diff {

/// A cell that changed.
struct ElementChange {
  std::string key;
  std::string old_text;  ///< as the files have them; null is empty
  std::string new_text;
  std::optional<double> difference;  ///< |new - old|, of two finite numbers
};

/// What became of one column, over the matched rows. Cells are equal as table::same_value says;
/// numbers also within the policy's tolerance (definitions B2 to B4).
struct ElementColumn {
  std::string name;
  std::uint64_t changed = 0;
  std::uint64_t within = 0;       ///< other numbers, but within the tolerance: not changed
  std::uint64_t became_null = 0;  ///< of those that changed, as are the next three
  std::uint64_t was_null = 0;
  std::uint64_t type_changes = 0;         ///< a number became a text, or a text a number
  std::uint64_t new_nonfinite = 0;        ///< old finite, new NaN, infinite or null
  std::uint64_t numbers = 0;              ///< changed cells with finite numbers on both sides
  std::optional<double> max_difference;   ///< |new - old| of those
  std::optional<double> mean_difference;  ///< exact sum, rounded once
  std::vector<ElementChange> worst;       ///< at most 3: no numbers first, then by difference
};

/// Two tables compared cell by cell.
struct ElementReport {
  std::string old_name;
  std::string new_name;
  std::string old_sha256;  ///< hex; empty where it was not asked for
  std::string new_sha256;
  std::vector<std::string> key;
  policy::Tolerance tolerance;
  table::ReadPath path;
  std::uint64_t old_rows = 0;
  std::uint64_t new_rows = 0;
  std::uint64_t matched = 0;
  std::uint64_t only_old = 0;
  std::uint64_t only_new = 0;
  std::uint64_t changed_rows = 0;  ///< matched rows with a changed cell
  std::uint64_t changed_cells = 0;
  std::vector<ElementColumn> columns;  ///< of both tables but the key, in the old one's order
  std::vector<std::string> added_columns;
  std::vector<std::string> removed_columns;
  std::vector<std::string> findings;
  std::vector<RuleResult> rules;  ///< the built-in ones: missing_rows, new_nonfinite
  policy::Verdict verdict = policy::Verdict::pass;
};

/// Compares all columns of two tables and judges by the built-in rules. Of `input.set` only the key
/// counts. The same bytes out for any order of rows, number of threads and reader. Error{config}
/// for tables that cannot be used.
ElementReport compare_elements(table::Engine& engine,
                               const CompareInput& input,
                               const policy::Safeguards& safeguards,
                               const CancelToken& cancel);

}  // namespace mlops::diff
