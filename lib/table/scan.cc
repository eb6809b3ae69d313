#include "table/scan.h"

#include <string_view>

#include "table/cell.h"
#include "table/column_plan.h"
#include "table/table_reader.h"

namespace mlops::table {

std::uint64_t scan_table(const DuckDbApi& api,
                         const Source& source,
                         const std::vector<std::string>& columns,
                         const ReaderLimits& limits,
                         const std::function<void(const ScannedRows&)>& sink,
                         const CancelToken& cancel) {
  const OpenTable table = open_table(api, source, limits, cancel);
  AlignRequest request;
  request.columns = columns;
  const ColumnPlan plan = plan_columns(table, request);
  TableReader reader(api, table, plan.read, limits);
  ScannedRows rows;
  rows.columns.resize(columns.size());
  std::vector<std::string_view> fields;
  while (reader.next()) {
    cancel.check();
    rows.size = reader.row_count();
    for (ColumnCells& cells : rows.columns) {
      cells.clear();
    }
    for (std::size_t row = 0; row < rows.size; ++row) {
      reader.fields(row, fields);
      for (std::size_t column = 0; column < columns.size(); ++column) {
        rows.columns[column].push_back(parse_cell(fields[plan.values[column]]));
      }
    }
    sink(rows);
    rows.first += rows.size;
  }
  return rows.first;
}

}  // namespace mlops::table
