#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "diff/column_plan.h"
#include "diff/compare.h"
#include "diff/result.h"
#include "diff/samples.h"
#include "policy/safeguards.h"
#include "table/cell_changes.h"
#include "table/table.h"

namespace mlops::diff {

inline constexpr std::size_t kSingleKeysShown = 5;

/// What was seen on the way, apart from the samples; counts of matched rows.
struct Observations {
  table::Alignment alignment;
  /// Keys that one table has, at most kSingleKeysShown: those of the smallest hashes, so that the
  /// order of rows makes no difference.
  std::vector<std::string> single_keys;
  std::uint64_t label_mismatches = 0;
  std::string first_mismatch;       ///< "17: 1 -> 0"
  std::uint64_t unlabelled = 0;     ///< rows without a label
  std::uint64_t new_nonfinite = 0;  ///< old finite, new NaN, infinite or missing
  std::uint64_t changed = 0;        ///< predictions beyond the tolerance
  std::uint64_t ties = 0;           ///< rows of the new version whose top probabilities are equal
  std::uint64_t outside_old = 0;    ///< rows with a probability outside [0, 1]
  std::uint64_t outside_new = 0;
  std::uint64_t sum_off_old = 0;  ///< rows whose probabilities do not add up to 1
  std::uint64_t sum_off_new = 0;
  std::uint64_t prediction_kind_changes = 0;  ///< a number became a text, or a text a number
  std::uint64_t shape_mismatches = 0;         ///< vectors
  std::uint64_t by_tokens = 0;                ///< texts that are too long to compare by characters
  std::uint64_t too_long = 0;                 ///< and for tokens
  std::uint64_t without_relevant = 0;         ///< lists that have no relevant item
  std::vector<std::uint64_t> slice_differences;  ///< by slice column: the old value was taken
  std::vector<std::string> new_labels;           ///< predicted by the new version only
  std::vector<std::string> vanished_labels;      ///< predicted by the old version only
};

struct Collected {
  Samples samples;
  Observations seen;
  std::vector<WorstRow> worst;
  std::vector<ChangedRow> changed_rows;
  std::uint64_t changed_rows_left_out = 0;
  std::vector<std::string> searched;  ///< columns of the plan
  table::ReadPath path;
};

/// What is kept: the rows, or sums over them where that is enough for the task, and the tables
/// allow it. Figures have the same digits.
enum class Keep { rows, sums };

/// Reads both tables once and keeps what the metrics need. Error{config} for cells that cannot be
/// used, with table and row.
Collected collect(table::Engine& engine,
                  const ColumnPlan& plan,
                  const policy::PredictionSet& set,
                  const policy::DiffDefaults& defaults,
                  const ListedRows& rows,
                  Keep keep,
                  const CancelToken& cancel);

}  // namespace mlops::diff
