#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "table/duckdb_stream.h"
#include "table/row_source.h"
#include "table/table_file.h"

namespace mlops::table {

/// The rows of a delimited or a Parquet file, read by DuckDB: through a connection that can read
/// this one file, and that is told everything instead of guessing. The SQL holds numbers only. A
/// Parquet file's values come as DuckDB spells them, numbers so that they read back the same. One
/// thread; DuckDB brings its own.
class DuckDbRows final : public RowSource {
 public:
  /// `columns` are positions in the file; `table` must outlive the rows.
  DuckDbRows(const DuckDbApi& api,
             const OpenTable& table,
             const std::vector<std::size_t>& columns,
             const ReaderLimits& limits);
  /// Error{config} with file and line for bytes that are no UTF-8 and for a damaged Parquet file.
  std::size_t next() override;
  void fields(std::size_t row, std::vector<std::string_view>& fields) const override;

 private:
  std::vector<DuckDbStream::Column> columns_;
  DuckDbStream stream_;
};

}  // namespace mlops::table
