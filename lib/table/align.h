#pragma once

#include <cstdint>
#include <functional>

#include "table/duckdb_api.h"
#include "table/table.h"
#include "table/table_reader.h"

namespace mlops::table {

struct AlignLimits {
  ReaderLimits reader;
  std::uint64_t held_bytes = 0;  ///< for rows and keys in memory
};

/// Engine::align. Holds the wanted columns of the new table and an index of all keys in memory, and
/// streams the old table past them. Where that is more than `held_bytes`, both tables go to disk in
/// shares by their keys, and each share is aligned by itself.
Alignment align_tables(const DuckDbApi& api,
                       const AlignRequest& request,
                       const AlignLimits& limits,
                       const std::function<void(const AlignedBatch&)>& sink,
                       const CancelToken& cancel);

}  // namespace mlops::table
