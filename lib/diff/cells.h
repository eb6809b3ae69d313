#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "diff/column_plan.h"
#include "table/table.h"

namespace mlops::diff {

/// One row of a batch.
struct RowRef {
  const table::AlignedBatch& batch;
  std::size_t row;
};

const table::Cell& old_cell(const RowRef& at, const PlannedColumn& column);
const table::Cell& new_cell(const RowRef& at, const PlannedColumn& column);
/// The old version's cell where its table has the column, else the new one's.
const table::Cell& known_cell(const RowRef& at, const PlannedColumn& column);

/// A hash of the key that equal keys share however they are spelled; without key columns, of the
/// row's number.
std::uint64_t key_hash(const RowRef& at);
/// The key for people: "421", "421, FR"; without key columns "row 17", counted from 1.
std::string key_text(const RowRef& at);
std::string cell_text(const table::Cell& cell);

}  // namespace mlops::diff
