#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "os/fd.h"
#include "table/csv_scan.h"
#include "table/duckdb_api.h"
#include "table/locked_connection.h"
#include "table/table.h"

namespace mlops::table {

/// A table file that stays the same file however its name is changed: opened once, scanned, and
/// read again through its descriptor, so that no name of the user's reaches DuckDB.
struct OpenTable {
  Source source;
  os::Fd fd;
  CsvShape shape;
};

/// Follows symbolic links. Error{not_found}; Error{config} for what is no regular file.
os::Fd open_table_file(const Source& source);
/// Opens and scans the whole file.
OpenTable open_table(const Source& source, const CancelToken& cancel);

/// Reads some columns of a table with DuckDB, in file order: through a connection that can read
/// this one file, and that is told everything instead of guessing. The SQL holds numbers only. One
/// thread; DuckDB brings its own.
class CsvReader {
 public:
  /// `columns` are positions in the file; `table` must outlive the reader.
  CsvReader(const DuckDbApi& api,
            const OpenTable& table,
            const std::vector<std::size_t>& columns,
            const ReaderLimits& limits);
  ~CsvReader();
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  /// Goes to the next rows; false at the end. Error{config} with file and line for bytes that are
  /// no UTF-8, Error{io} when the file was changed while it was read.
  bool next();
  std::size_t row_count() const;  ///< of the current rows, at most 2,048
  /// The fields of row `row` of the current rows, in the order of `columns`; null is empty. Valid
  /// until `next`.
  void fields(std::size_t row, std::vector<std::string_view>& fields) const;

 private:
  struct Handles;
  void start(const std::string& sql);
  [[noreturn]] void fail(const char* message) const;

  const DuckDbApi& api_;
  const OpenTable& table_;
  std::size_t column_count_;
  std::uint64_t rows_read_ = 0;
  std::unique_ptr<Handles> handles_;
};

}  // namespace mlops::table
