#pragma once

#include <string>
#include <vector>

#include "base/cancel.h"
#include "diff/result.h"
#include "policy/predictions.h"
#include "policy/safeguards.h"
#include "table/table.h"

namespace mlops::diff {

/// Keys that one side has, beyond the share that the policy allows.
enum class OtherKeys {
  refuse,     ///< the sets are not comparable
  leave_out,  ///< the shared keys are compared, and the rule missing_rows judges
};

/// Which rows a report lists.
struct ListedRows {
  static constexpr std::size_t kWorst = 20;
  std::size_t worst = kWorst;
  bool is_limited = false;           ///< somebody asked for that many: tables show them all
  std::size_t changed = 0;           ///< most changed rows that are kept, by key; 0: none
  std::vector<std::string> columns;  ///< further columns beside them; Error{config} for one that no
                                     ///< table has
};

/// Whether the report names the bytes that it is of, which takes as long as reading them again.
enum class Digests { no, yes };

/// Whether the report has the intervals that must be drawn by the bootstrap of all figures, or only
/// of those that a rule decides by.
enum class Intervals { of_rules, drawn };

struct CompareInput {
  policy::PredictionSet set;
  table::Source old_table;
  table::Source new_table;
  std::string old_name;
  std::string new_name;
  /// Why a side's table is not what its version's own files make, one sentence each.
  std::vector<std::string> stale{};
  /// What a reader should know of the tables, one sentence each.
  std::vector<std::string> notes{};
  OtherKeys other_keys = OtherKeys::refuse;
  ListedRows rows{};
  /// Columns to search for slices that got worse; "*" for all that are not used for something else.
  std::vector<std::string> search{};
  std::vector<std::string> metrics{};  ///< to be shown beside those that always are
  /// Threads that draw intervals and digest tables; 0: all processors. No figure depends on it.
  unsigned threads = 0;
  Digests digests = Digests::yes;
  Intervals intervals = Intervals::of_rules;
  std::vector<std::string> by{};  ///< slices beside those of the set, to be shown
};

/// Compares one prediction set of two model versions element by element and judges it by the
/// policy's rules (definitions B1–B13). Same input, same bytes out: no clock, no order of threads.
/// Labels or keys that differ between the versions are no error: the report then is not
/// `comparable` and its verdict insufficient. Error{config} for tables that cannot be used.
PredictionReport compare(table::Engine& engine,
                         const CompareInput& input,
                         const policy::Safeguards& safeguards,
                         const CancelToken& cancel);

}  // namespace mlops::diff
