#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "table/row_source.h"
#include "table/row_store.h"
#include "table/table_file.h"

namespace mlops::table {

/// The rows of a table of arrays. Read in pieces and not mapped: a file that shrinks while it is
/// mapped kills the process. One thread.
class ArrayRows final : public RowSource {
 public:
  /// `columns` are positions in the file; `table` must outlive the rows.
  ArrayRows(const OpenTable& table, const std::vector<std::size_t>& columns);
  /// Error{config} with row and column for a value that is none of its type.
  std::size_t next() override;
  void fields(std::size_t row, std::vector<std::string_view>& fields) const override {
    rows_.read(row, fields);
  }

 private:
  void read_blocks(std::uint64_t count);
  void append_row(std::uint64_t row);

  const OpenTable& table_;
  std::vector<std::size_t> columns_;
  std::vector<std::vector<std::uint8_t>> blocks_;  ///< of the current rows; empty: not wanted
  std::uint64_t most_rows_ = kMostRows;
  std::uint64_t begin_ = 0;  ///< the row after the current ones
  RowStore rows_;
  std::string text_;
  std::vector<std::size_t> ends_;
  std::vector<std::string_view> fields_;
};

}  // namespace mlops::table
