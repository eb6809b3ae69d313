#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "fuzz/harness.h"
#include "table/table_reader.h"

namespace mlops::fuzz {

/// Reads a file of arrays as a table: what is accepted lies within its file, and all its rows can
/// be read, or one of them is refused.
inline void read_arrays_as_table(const table::Source& source, const Scratch& scratch) {
  const table::ReaderLimits limits{1, std::uint64_t{64} << 20U, scratch.path()};
  const table::DuckDbApi no_duckdb;
  expect_only({ErrorKind::config}, [&] {
    const table::OpenTable table = table::open_table(no_duckdb, source, limits, CancelToken());
    const std::uint64_t rows = table.shape.rows;
    std::vector<std::size_t> columns;
    for (const table::ArrayColumn& column : table.arrays.columns) {
      const table::ArrayBlock& block = table.arrays.blocks[column.block];
      const auto& path = block.is_unpacked ? table.plain->path() : source.path;
      require(column.type.size > 0 && column.offset + column.type.size <= block.stride);
      require(block.begin + rows * block.stride <= std::filesystem::file_size(path));
      columns.push_back(columns.size());
    }
    require(columns.size() == table.shape.columns.size() && !columns.empty());
    table::TableReader reader(no_duckdb, table, columns, limits);
    std::vector<std::string_view> fields;
    std::uint64_t read = 0;
    while (reader.next()) {
      read += reader.row_count();
      reader.fields(reader.row_count() - 1, fields);
      require(fields.size() == columns.size());
    }
    require(read == rows);
  });
}

}  // namespace mlops::fuzz
