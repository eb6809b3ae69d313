#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/rule_result.h"

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
