#pragma once

#include <functional>
#include <optional>
#include <string>

#include "os/fd.h"
#include "os/file.h"
#include "table/array_layout.h"
#include "table/csv_scan.h"
#include "table/locked_connection.h"
#include "table/table.h"

namespace mlops::table {

/// A table file that stays the same file however its name is changed: opened once, looked at, and
/// read again through its descriptor, so that no name of the user's reaches DuckDB.
struct OpenTable {
  Source source;  ///< the path and format of what `fd` reads
  os::Fd fd;
  CsvShape shape;  ///< of what is not delimited the columns and rows count
  /// What was compressed, as it is without. Of a text it is what `fd` reads.
  std::optional<os::TempFile> plain;
  ArrayLayout arrays;
};

/// Follows symbolic links. Error{not_found}; Error{config} for what is no regular file.
os::Fd open_table_file(const Source& source);
/// Opens the file, scans a text whole (a compressed one into limits.temp_directory, which must then
/// be set), and asks a Parquet file's footer. Error{config} for what is no table.
OpenTable open_table(const DuckDbApi& api,
                     const Source& source,
                     const ReaderLimits& limits,
                     const CancelToken& cancel);
/// Where what is decompressed goes; Error{internal} when it is not set.
const std::filesystem::path& plain_directory(const ReaderLimits& limits);
/// Only the names of the columns; `api` is asked where it takes DuckDB to know them.
std::vector<std::string> read_columns(const std::function<const DuckDbApi&()>& api,
                                      const Source& source,
                                      const ReaderLimits& limits);

/// The descriptor's own name, so that no path is looked up twice. Where there is no /proc (a bare
/// root directory) it is the file's path, if DuckDB takes that for a name and for nothing else.
std::string path_for_duckdb(const Source& source, const os::Fd& fd);
/// "read_parquet('…')" with nothing left to guess.
std::string parquet_sql(const std::string& path);
/// DuckDB's message about the table as an error of ours, without rows of the table. Error{config}
/// for what is wrong with the file.
[[noreturn]] void fail_reading(const Source& source, const char* message);

}  // namespace mlops::table
