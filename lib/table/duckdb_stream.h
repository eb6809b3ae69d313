#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "table/duckdb_api.h"
#include "table/locked_connection.h"
#include "table/table.h"

namespace mlops::table {

/// The answer to a query about one file, in DuckDB's own columns, some rows at a time. The
/// connection can read this file and no other. One thread; DuckDB brings its own.
class DuckDbStream {
 public:
  /// `source` is what messages call the file, `path` what DuckDB does.
  DuckDbStream(const DuckDbApi& api,
               const Source& source,
               const std::string& path,
               const ReaderLimits& limits);
  ~DuckDbStream();
  DuckDbStream(const DuckDbStream&) = delete;
  DuckDbStream& operator=(const DuckDbStream&) = delete;

  /// Asks; what was asked before is over. Errors as fail_reading.
  void start(const std::string& sql);
  /// Goes to the next rows and says how many; 0 at the end.
  std::size_t next();

  struct Column {
    const void* data = nullptr;
    const std::uint64_t* validity = nullptr;  ///< null: all valid
    bool has(std::size_t row) const {
      return validity == nullptr || ((validity[row / 64] >> (row % 64)) & 1U) != 0;
    }
    /// Of a column of texts.
    std::string_view text(std::size_t row) const;
  };
  /// Of the current rows; valid until `next`.
  Column column(std::size_t column) const;
  duckdb_type type(std::size_t column);

 private:
  void end();
  void drop_chunk();

  const DuckDbApi& api_;
  const Source& source_;
  LockedConnection connection_;
  duckdb_prepared_statement statement_ = nullptr;
  duckdb_result result_ = {};
  duckdb_data_chunk chunk_ = nullptr;
};

}  // namespace mlops::table
