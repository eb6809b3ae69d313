#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "table/json_table.h"
#include "table/line_reader.h"
#include "table/row_source.h"
#include "table/row_store.h"
#include "table/table_file.h"

namespace mlops::table {

/// The rows of a JSON Lines file. One thread.
class JsonRows final : public RowSource {
 public:
  /// `columns` are positions in the file; `table` must outlive the rows.
  JsonRows(const OpenTable& table, const std::vector<std::size_t>& columns);
  std::size_t next() override;
  void fields(std::size_t row, std::vector<std::string_view>& fields) const override {
    rows_.read(row, fields);
  }

 private:
  const OpenTable& table_;
  std::vector<std::size_t> columns_;
  LineReader lines_;
  JsonTable parsed_;
  RowStore rows_;
  std::vector<std::string_view> wanted_;
};

}  // namespace mlops::table
