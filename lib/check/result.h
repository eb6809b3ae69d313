#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/rule_result.h"
#include "stats/distance.h"

namespace mlops::check {

/// What a check found, as data. lib/report shows it; the JSON holds these fields under these names.
/// Undefined figures are nothing, never 0.

using policy::RuleResult;
using policy::Verdict;

/// A row that breaks a rule, or a value that does.
struct Example {
  std::string file;       ///< which of several; empty: the checked table is one file
  std::uint64_t row = 0;  ///< from 1, the header not counted; 0: no row in particular
  std::string value;      ///< as the table has it: reports mask it unless told to show values
};

/// How one rule ended: the column is its `slice`. The first rows that break it follow.
struct Outcome {
  RuleResult rule;
  std::vector<Example> examples;
};

/// What stands in a column. NaN and infinities are no nulls.
struct ColumnFacts {
  std::string name;
  std::uint64_t nulls = 0;
  std::uint64_t nans = 0;
  std::uint64_t infinities = 0;
  std::uint64_t numbers = 0;  ///< the finite ones
  std::uint64_t texts = 0;
  std::uint64_t spelled_nulls = 0;     ///< of the texts: "NA", "null" …
  std::vector<std::string> spellings;  ///< of those, sorted
};

/// A column of the table, and of the baseline beside it, in the same bins: what a picture shows.
struct ColumnPicture {
  std::string name;
  enum class Kind {
    none,     ///< too few values
    numbers,  ///< bins of equal width between `low` and `high`, or one for each of few values
    times,    ///< the same of microseconds since the epoch
    values,   ///< one bin for each of the most frequent values
  } kind = Kind::none;
  stats::CellCounts rows;
  stats::CellCounts missing;  ///< null and NaN
  std::vector<stats::CellCounts> bins;
  double low = 0;
  double high = 0;
  std::vector<std::string> labels;  ///< of values; empty where the policy does not name them
  bool has_rest = false;            ///< the last bin holds all other values
  bool has_base = false;
  bool is_personal = false;  ///< by its name: nothing but the shape is shown
};

struct TableFacts {
  std::string name;
  std::uint64_t files = 0;
  std::uint64_t rows = 0;
  std::uint64_t columns = 0;
};

/// One [check.NAME].
struct CheckReport {
  std::string name;
  TableFacts table;
  std::optional<TableFacts> baseline;
  std::vector<TableFacts> against;
  std::vector<ColumnFacts> columns;  ///< in the table's order
  std::vector<Outcome> outcomes;     ///< in the policy's order
  std::vector<std::string> notes;
  std::vector<ColumnPicture> pictures;  ///< where they were asked for, in the table's order
  Verdict verdict = Verdict::skipped;
};

/// The whole answer of `mlops check`.
struct Report {
  std::string policy_file;
  std::string policy_sha256;
  std::vector<CheckReport> checks;
  Verdict verdict = Verdict::skipped;
};

}  // namespace mlops::check
