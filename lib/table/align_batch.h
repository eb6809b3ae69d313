#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "table/column_plan.h"
#include "table/table.h"

namespace mlops::table {

/// The fields of one row, in the order of ColumnPlan::read.
using Fields = std::vector<std::string_view>;

/// Collects rows side by side. The views in it live as long as the rows that they come from.
class AlignBatch {
 public:
  /// The plans must outlive the batch.
  AlignBatch(const ColumnPlan& old_plan, const ColumnPlan& new_plan);

  /// `nullptr` for the side where the row is absent.
  void add(std::uint64_t old_row,
           const Fields* old_fields,
           std::uint64_t new_row,
           const Fields* new_fields);
  std::size_t size() const { return rows_.old_rows.size(); }
  const AlignedBatch& rows() const { return rows_; }
  void clear();

 private:
  const ColumnPlan& old_plan_;
  const ColumnPlan& new_plan_;
  AlignedBatch rows_;
};

}  // namespace mlops::table
