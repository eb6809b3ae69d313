#pragma once

#include "os/fd.h"
#include "table/csv_scan.h"
#include "table/locked_connection.h"
#include "table/table.h"

namespace mlops::table {

/// The columns and the number of rows of a Parquet file, from its footer. Error{config} for what is
/// none, for nested columns, and for more columns than a table may have.
CsvShape read_parquet_shape(const DuckDbApi& api,
                            const Source& source,
                            const os::Fd& fd,
                            const ReaderLimits& limits);

}  // namespace mlops::table
