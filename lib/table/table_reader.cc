#include "table/table_reader.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "table/array_rows.h"
#include "table/duckdb_rows.h"
#include "table/json_rows.h"

namespace mlops::table {
namespace {

std::unique_ptr<RowSource> open_rows(const DuckDbApi& api,
                                     const OpenTable& table,
                                     const std::vector<std::size_t>& columns,
                                     const ReaderLimits& limits) {
  switch (table.source.format) {
    case Format::jsonl:
      return std::make_unique<JsonRows>(table, columns);
    case Format::npy:
    case Format::npz:
      return std::make_unique<ArrayRows>(table, columns);
    case Format::csv:
    case Format::tsv:
    case Format::parquet:
      break;
  }
  return std::make_unique<DuckDbRows>(api, table, columns, limits);
}

}  // namespace

TableReader::TableReader(const DuckDbApi& api,
                         const OpenTable& table,
                         const std::vector<std::size_t>& columns,
                         const ReaderLimits& limits)
    : table_(table), rows_(open_rows(api, table, columns, limits)) {}

bool TableReader::next() {
  row_count_ = rows_->next();
  rows_read_ += row_count_;
  // The scan decided what the rows are; a reader that finds others has read something else.
  if (row_count_ == 0 && rows_read_ != table_.shape.rows) {
    throw Error(ErrorKind::io,
                fmt::format("{} was changed while it was read", quote(table_.source.name)));
  }
  return row_count_ > 0;
}

}  // namespace mlops::table
