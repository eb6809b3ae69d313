#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "table/table.h"
#include "table/table_file.h"

namespace mlops::table {

/// Which columns of one table are read for a request, each once, and where the request's columns
/// are among them.
struct ColumnPlan {
  static constexpr std::size_t kMissing = SIZE_MAX;  ///< an optional column that is not there
  std::vector<std::size_t> read;                     ///< positions in the file; never empty
  std::vector<std::size_t> keys;                     ///< positions in `read`
  std::vector<std::size_t> values;                   ///< columns, then optional columns
};

/// Error{config} when a column that is not optional is missing.
ColumnPlan plan_columns(const OpenTable& table, const AlignRequest& request);

/// In the file order of `first`.
std::vector<std::string> columns_only_in_first(const OpenTable& first, const OpenTable& second);

}  // namespace mlops::table
