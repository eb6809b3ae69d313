#include "table/scan.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "table/cell.h"
#include "table/column_plan.h"
#include "table/parquet_scan.h"
#include "table/table_reader.h"

namespace mlops::table {
namespace {

std::uint64_t scan_fields(const DuckDbApi& api,
                          const OpenTable& table,
                          const ColumnPlan& plan,
                          std::uint64_t known,
                          const ReaderLimits& limits,
                          const std::function<void(const ScannedRows&)>& sink,
                          const CancelToken& cancel) {
  TableReader reader(api, table, plan.read, limits);
  ScannedRows rows;
  rows.columns.resize(plan.values.size());
  std::vector<std::string_view> fields;
  std::uint64_t seen = 0;
  while (reader.next()) {
    cancel.check();
    const std::size_t count = reader.row_count();
    const auto told =
        static_cast<std::size_t>(std::min<std::uint64_t>(count, known > seen ? known - seen : 0));
    rows.first = seen + told;
    rows.size = count - told;
    seen += count;
    for (ScannedColumn& cells : rows.columns) {
      cells.resize(rows.size);
    }
    for (std::size_t row = 0; row < rows.size; ++row) {
      reader.fields(told + row, fields);
      for (std::size_t column = 0; column < plan.values.size(); ++column) {
        rows.columns[column].put(row, parse_cell(fields[plan.values[column]]));
      }
    }
    if (rows.size > 0) {
      sink(rows);
    }
  }
  if (seen < known) {
    throw Error(ErrorKind::io,
                fmt::format("{} was changed while it was read", quote(table.source.name)));
  }
  return seen;
}

}  // namespace

std::uint64_t scan_table(const DuckDbApi& api,
                         const Source& source,
                         const std::vector<WantedColumn>& columns,
                         std::uint64_t known,
                         const ReaderLimits& limits,
                         const std::function<void(const ScannedRows&)>& sink,
                         const CancelToken& cancel) {
  const OpenTable table = open_table(api, source, limits, cancel);
  AlignRequest request;
  for (const WantedColumn& column : columns) {
    request.columns.push_back(column.name);
  }
  const ColumnPlan plan = plan_columns(table, request);
  if (source.format != Format::parquet) {
    return scan_fields(api, table, plan, known, limits, sink, cancel);
  }
  std::vector<std::size_t> places;
  for (const std::size_t value : plan.values) {
    places.push_back(plan.read[value]);
  }
  return scan_parquet(api, table, columns, places, limits, sink, cancel);
}

}  // namespace mlops::table
