#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "diff/column_plan.h"
#include "diff/result.h"
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

/// A copy of a cell with a place in order: null, numbers by value, texts by bytes. NaN has no place
/// among numbers and is a text here; equal numbers are in the order of their spelling.
struct HeldCell {
  table::Cell::Kind kind = table::Cell::Kind::null;
  double number = 0;
  std::string text;

  explicit HeldCell(const table::Cell& cell);
  friend bool operator<(const HeldCell& a, const HeldCell& b) {
    return std::tie(a.kind, a.number, a.text) < std::tie(b.kind, b.number, b.text);
  }
  friend bool operator==(const HeldCell&, const HeldCell&) = default;
};

/// A hash of the key that equal keys share however they are spelled; without key columns, of the
/// row's number.
std::uint64_t key_hash(const RowRef& at);
/// The same of a key whose fields are spelled as canonical_label spells them.
std::uint64_t key_hash(std::span<const std::string_view> canonical_key);
/// A hash of a text that stands for a row, for its place in the samples.
std::uint64_t text_hash(std::string_view text);
/// The key for people: "421", "421, FR"; without key columns "row 17", counted from 1.
std::string key_text(const RowRef& at);
std::string key_text(std::span<const std::string_view> key);
std::string cell_text(const table::Cell& cell);
/// What both versions have in the columns, as their files have it; null is empty. Of a column that
/// one table lacks it is twice what the other has.
std::vector<ExtraCell> extra_cells(const RowRef& at, const std::vector<PlannedColumn>& columns);

}  // namespace mlops::diff
