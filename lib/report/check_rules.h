#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "check/result.h"
#include "report/diff_report.h"

namespace mlops::report {

/// What the reports of a check have in common.

/// "row 4 '##x', row 9 '-#'": the first rows that break a rule; empty where there are none. Raw.
std::string examples_text(const check::Outcome& outcome, Values values);
/// Why it ended as it did, with the first rows: "3 of 1,000 values; row 4 '##x'". Raw.
std::string outcome_reason(const check::Outcome& outcome, Values values);

/// One line: what is broken, or else how many rules pass. Values are masked. Raw.
std::string check_summary(const check::CheckReport& check);

struct CheckTally {
  std::size_t fail = 0;
  std::size_t warn = 0;
  std::size_t insufficient = 0;
  std::size_t pass = 0;
  std::size_t skipped = 0;
};
CheckTally check_tally(const check::CheckReport& check);
/// "1 fail, 0 warn, 2 insufficient".
std::string tally_text(const CheckTally& tally);
/// "data/train.csv, 1,000 rows" with the number of files where there are several.
std::string table_text(const check::TableFacts& table);

}  // namespace mlops::report
