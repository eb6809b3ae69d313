#pragma once

#include "table/record_range.h"
#include "table/row_match.h"
#include "table/visitor_pool.h"

namespace mlops::table {

/// The third step of match_rows: joins what the walk left over by a hash of the key, and finds keys
/// that stand twice. `found` comes with the rows of both tables and what is already matched.
void join_left_over(const TablePair& tables,
                    const RecordRanges& old_left,
                    const RecordRanges& new_left,
                    VisitorPool& visitors,
                    MatchedRows& found);

}  // namespace mlops::table
