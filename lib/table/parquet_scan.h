#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/cancel.h"
#include "table/scanned_rows.h"
#include "table/table_file.h"

namespace mlops::table {

/// Engine::scan of a Parquet file; `places[i]` is where `columns[i]` stands in it. Numbers of which
/// nobody needs the spelling come as the file holds them.
std::uint64_t scan_parquet(const DuckDbApi& api,
                           const OpenTable& table,
                           const std::vector<WantedColumn>& columns,
                           const std::vector<std::size_t>& places,
                           const ReaderLimits& limits,
                           const std::function<void(const ScannedRows&)>& sink,
                           const CancelToken& cancel);

}  // namespace mlops::table
