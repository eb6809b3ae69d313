#include "diff/changed_rows.h"

#include <algorithm>
#include <tuple>

namespace mlops::diff {
namespace {

std::uint64_t row_number(const RowRef& at) {
  const std::uint64_t old_row = at.batch.old_rows[at.row];
  return old_row != table::AlignedBatch::kAbsent ? old_row : at.batch.new_rows[at.row];
}

}  // namespace

bool ChangedRows::before(const Entry& a, const Entry& b) {
  if (a.key != b.key) {
    return a.key < b.key;
  }
  const auto rest = [](const ChangedRow& row) {
    return std::tie(row.kind, row.old_prediction, row.new_prediction);
  };
  return rest(a.row) < rest(b.row);
}

void ChangedRows::offer(const RowRef& at, const std::function<void(ChangedRow&)>& describe) {
  ++seen_;
  if (limit_ == 0) {
    return;
  }
  Entry entry;
  for (const table::ColumnCells& column : at.batch.keys) {
    const table::Cell& cell = column[at.row];
    entry.key.emplace_back(cell);
    entry.row.key.emplace_back(cell.text);
  }
  if (at.batch.keys.empty()) {
    const std::uint64_t number = row_number(at) + 1;
    entry.key.emplace_back(table::Cell{table::Cell::Kind::number, static_cast<double>(number), {}});
    entry.row.key.push_back(std::to_string(number));
  }
  const bool is_full = heap_.size() == limit_;
  // Equal keys may still differ in what `describe` fills.
  if (is_full && before(heap_.front(), entry) && heap_.front().key != entry.key) {
    return;
  }
  describe(entry.row);
  if (is_full) {
    if (!before(entry, heap_.front())) {
      return;
    }
    std::pop_heap(heap_.begin(), heap_.end(), before);
    heap_.pop_back();
  }
  heap_.push_back(std::move(entry));
  std::push_heap(heap_.begin(), heap_.end(), before);
}

std::vector<ChangedRow> ChangedRows::take() {
  std::sort_heap(heap_.begin(), heap_.end(), before);
  std::vector<ChangedRow> rows;
  rows.reserve(heap_.size());
  for (Entry& entry : heap_) {
    rows.push_back(std::move(entry.row));
  }
  heap_.clear();
  return rows;
}

}  // namespace mlops::diff
