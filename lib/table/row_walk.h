#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "table/key_reader.h"
#include "table/record_range.h"
#include "table/row_match.h"

namespace mlops::table {

/// What the walk of two parts found.
struct WalkedPart {
  std::string trouble;  ///< see MatchedRows::why_not
  std::uint64_t old_rows = 0;
  std::uint64_t new_rows = 0;
  std::uint64_t matched = 0;
  RecordRanges old_left;  ///< rows that found no partner
  RecordRanges new_left;
  /// All keys of both parts, each once, in the order of the walk, ascend strictly.
  bool ascends = true;
  KeyCells first_key;  ///< of that order; empty: no rows
  KeyCells last_key;
};

/// Two parts that lie side by side.
struct PartPair {
  RecordRange old_part;
  RecordRange new_part;
};

/// The first step of match_rows, of one pair of parts. Views in the result are of the tables.
WalkedPart walk_parts(const TablePair& tables, const PartPair& parts, RowVisitor& visitor);

}  // namespace mlops::table
