#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "table/duckdb_api.h"
#include "table/locked_connection.h"
#include "table/row_source.h"
#include "table/table_file.h"

namespace mlops::table {

/// Reads some columns of a table in file order, whatever its format: the same values in another
/// format are the same fields, but for the spelling of numbers. One thread.
class TableReader {
 public:
  /// `columns` are positions in the file; `table` must outlive the reader.
  TableReader(const DuckDbApi& api,
              const OpenTable& table,
              const std::vector<std::size_t>& columns,
              const ReaderLimits& limits);

  /// Goes to the next rows; false at the end. Error{config} with file and line for bytes that are
  /// no UTF-8 and for a damaged file, Error{io} when the file was changed while it was read.
  bool next();
  std::size_t row_count() const { return row_count_; }  ///< of the current rows, at most 2,048
  /// The fields of row `row` of the current rows, in the order of `columns`; null is empty. Valid
  /// until `next`.
  void fields(std::size_t row, std::vector<std::string_view>& fields) const {
    rows_->fields(row, fields);
  }

 private:
  const OpenTable& table_;
  std::unique_ptr<RowSource> rows_;
  std::size_t row_count_ = 0;
  std::uint64_t rows_read_ = 0;
};

}  // namespace mlops::table
