#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "table/npy.h"

namespace mlops::table {

/// Bytes that follow one another for the rows of a table: `stride` of them a row.
struct ArrayBlock {
  bool is_unpacked = false;  ///< in OpenTable::plain instead of the file itself
  std::uint64_t begin = 0;
  std::size_t stride = 0;
};

/// Where the values of a column are.
struct ArrayColumn {
  std::size_t block = 0;
  std::size_t offset = 0;  ///< in the block's row
  NpyType type;
};

/// Where a table of arrays lies. Empty for a table of another format.
struct ArrayLayout {
  std::vector<ArrayBlock> blocks;
  std::vector<ArrayColumn> columns;
};

}  // namespace mlops::table
