#include "table/align_batch.h"

#include "table/cell.h"

namespace mlops::table {
namespace {

void add_cells(const std::vector<std::size_t>& positions,
               const Fields* fields,
               std::vector<ColumnCells>& columns) {
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const bool is_there = fields != nullptr && positions[i] != ColumnPlan::kMissing;
    columns[i].push_back(is_there ? parse_cell((*fields)[positions[i]]) : Cell{});
  }
}

}  // namespace

AlignBatch::AlignBatch(const ColumnPlan& old_plan, const ColumnPlan& new_plan)
    : old_plan_(old_plan), new_plan_(new_plan) {
  rows_.keys.resize(old_plan.keys.size());
  rows_.old_columns.resize(old_plan.values.size());
  rows_.new_columns.resize(new_plan.values.size());
}

void AlignBatch::add(std::uint64_t old_row,
                     const Fields* old_fields,
                     std::uint64_t new_row,
                     const Fields* new_fields) {
  const bool has_old = old_fields != nullptr;
  rows_.old_rows.push_back(has_old ? old_row : AlignedBatch::kAbsent);
  rows_.new_rows.push_back(new_fields != nullptr ? new_row : AlignedBatch::kAbsent);
  add_cells(
      has_old ? old_plan_.keys : new_plan_.keys, has_old ? old_fields : new_fields, rows_.keys);
  add_cells(old_plan_.values, old_fields, rows_.old_columns);
  add_cells(new_plan_.values, new_fields, rows_.new_columns);
}

void AlignBatch::clear() {
  rows_.old_rows.clear();
  rows_.new_rows.clear();
  for (auto* columns : {&rows_.keys, &rows_.old_columns, &rows_.new_columns}) {
    for (ColumnCells& cells : *columns) {
      cells.clear();
    }
  }
}

}  // namespace mlops::table
