#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "table/duckdb_api.h"
#include "table/locked_connection.h"
#include "table/scanned_rows.h"

namespace mlops::table {

/// Engine::scan. Holds one batch of rows. Of the first `known` rows `sink` was told by another
/// reader.
std::uint64_t scan_table(const DuckDbApi& api,
                         const Source& source,
                         const std::vector<WantedColumn>& columns,
                         std::uint64_t known,
                         const ReaderLimits& limits,
                         const std::function<void(const ScannedRows&)>& sink,
                         const CancelToken& cancel);

}  // namespace mlops::table
