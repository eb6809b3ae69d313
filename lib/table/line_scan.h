#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "table/mapped_csv.h"
#include "table/scanned_rows.h"

namespace mlops::table {

/// How far a scan of lines came.
struct LineScan {
  std::uint64_t rows = 0;
  std::string why_not;  ///< what the next row needs the general reader for; empty: these are all
};

/// Parts of that size at once, on so many threads.
struct LineScanThreads {
  unsigned threads = 1;
  std::size_t part_bytes = std::size_t{256} << 10U;
};

/// Calls `sink` with the columns at `places` of all rows in file order, as long as the records are
/// clean (LineScanner): they are what Engine::scan would tell, and behind them it may go on.
LineScan scan_lines(const MappedCsv& table,
                    const std::vector<std::size_t>& places,
                    const LineScanThreads& threads,
                    const std::function<void(const ScannedRows&)>& sink,
                    const CancelToken& cancel);

}  // namespace mlops::table
