#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "table/duckdb_api.h"
#include "table/locked_connection.h"
#include "table/table_file.h"

namespace mlops::table {

/// Reads some columns of a table with DuckDB, in file order: through a connection that can read
/// this one file, and that is told everything instead of guessing. The SQL holds numbers only. A
/// Parquet file's values come as DuckDB spells them, numbers so that they read back the same. One
/// thread; DuckDB brings its own.
class TableReader {
 public:
  /// `columns` are positions in the file; `table` must outlive the reader.
  TableReader(const DuckDbApi& api,
              const OpenTable& table,
              const std::vector<std::size_t>& columns,
              const ReaderLimits& limits);
  ~TableReader();
  TableReader(const TableReader&) = delete;
  TableReader& operator=(const TableReader&) = delete;

  /// Goes to the next rows; false at the end. Error{config} with file and line for bytes that are
  /// no UTF-8 and for a damaged Parquet file, Error{io} when the file was changed while it was
  /// read.
  bool next();
  std::size_t row_count() const;  ///< of the current rows, at most 2,048
  /// The fields of row `row` of the current rows, in the order of `columns`; null is empty. Valid
  /// until `next`.
  void fields(std::size_t row, std::vector<std::string_view>& fields) const;

 private:
  struct Handles;
  void start(const std::string& sql);

  const DuckDbApi& api_;
  const OpenTable& table_;
  std::size_t column_count_;
  std::uint64_t rows_read_ = 0;
  std::unique_ptr<Handles> handles_;
};

}  // namespace mlops::table
