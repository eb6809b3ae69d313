#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "table/duckdb_api.h"

namespace mlops::table {

/// What a reader may use of the machine.
struct ReaderLimits {
  unsigned threads = 1;
  std::uint64_t memory_bytes = 0;
  std::filesystem::path temp_directory;  ///< empty: DuckDB writes nothing to disk
};

/// A DuckDB in memory of its own that can read one file and nothing else: no other file, no
/// network, no extension that loads or installs itself, and a configuration that no statement can
/// change any more. One thread; DuckDB brings its own.
class LockedConnection {
 public:
  /// `file` holds neither a quote nor a character of a pattern. Error{io} when DuckDB refuses.
  LockedConnection(const DuckDbApi& api, const std::string& file, const ReaderLimits& limits);
  ~LockedConnection();
  LockedConnection(const LockedConnection&) = delete;
  LockedConnection& operator=(const LockedConnection&) = delete;

  duckdb_connection get() const { return connection_; }
  /// Runs a statement for its effect; why DuckDB refuses it, or nothing.
  std::optional<std::string> refusal(const std::string& sql);

 private:
  void open(const ReaderLimits& limits);
  void close();

  const DuckDbApi& api_;
  duckdb_config config_ = nullptr;
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

}  // namespace mlops::table
