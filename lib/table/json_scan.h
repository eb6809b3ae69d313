#pragma once

#include <string>
#include <vector>

#include "base/cancel.h"
#include "os/fd.h"
#include "os/file.h"
#include "table/csv_scan.h"
#include "table/table.h"

namespace mlops::table {

/// The columns and the number of rows of a JSON Lines file, all of which is parsed. `plain` as for
/// scan_csv. Error{config} with file and line.
CsvShape scan_jsonl(const os::Fd& fd,
                    const Source& source,
                    const CancelToken& cancel,
                    os::TempFile* plain = nullptr);
/// Only the columns: reads no further than the first object.
std::vector<std::string> scan_jsonl_header(const os::Fd& fd, const Source& source);

}  // namespace mlops::table
