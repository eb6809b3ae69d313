#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "table/duckdb_api.h"
#include "table/locked_connection.h"
#include "table/table.h"

namespace mlops::table {

/// Engine::scan. Holds one batch of rows.
std::uint64_t scan_table(const DuckDbApi& api,
                         const Source& source,
                         const std::vector<std::string>& columns,
                         const ReaderLimits& limits,
                         const std::function<void(const ScannedRows&)>& sink,
                         const CancelToken& cancel);

}  // namespace mlops::table
