#include "table/locked_connection.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace mlops::table {
namespace {

[[noreturn]] void fail(std::string_view what) {
  throw Error(ErrorKind::io, fmt::format("DuckDB cannot be set up: {}", what));
}

}  // namespace

LockedConnection::LockedConnection(const DuckDbApi& api,
                                   const std::string& file,
                                   const ReaderLimits& limits)
    : api_(api) {
  try {
    open(limits);
    // In this order: each is refused after the next.
    for (const std::string& setting : {fmt::format("SET allowed_paths=['{}']", file),
                                       std::string("SET enable_external_access=false"),
                                       std::string("SET lock_configuration=true")}) {
      if (const auto reason = refusal(setting)) {
        fail(*reason);
      }
    }
  } catch (...) {
    close();
    throw;
  }
}

LockedConnection::~LockedConnection() {
  close();
}

void LockedConnection::open(const ReaderLimits& limits) {
  if (api_.create_config(&config_) != DuckDBSuccess) {
    fail("no memory for its configuration");
  }
  const std::pair<const char*, std::string> settings[] = {
      {"threads", std::to_string(std::max(1U, limits.threads))},
      {"memory_limit", fmt::format("{}B", limits.memory_bytes)},
      {"temp_directory", limits.temp_directory.string()},
      {"autoload_known_extensions", "false"},
      {"autoinstall_known_extensions", "false"},
      {"preserve_insertion_order", "true"},
  };
  for (const auto& [name, value] : settings) {
    if (api_.set_config(config_, name, value.c_str()) != DuckDBSuccess) {
      fail(name);
    }
  }
  char* reason = nullptr;
  if (api_.open_ext(nullptr, &database_, config_, &reason) != DuckDBSuccess) {
    const std::string message = reason != nullptr ? reason : "it cannot be opened";
    api_.free(reason);
    fail(message);
  }
  if (api_.connect(database_, &connection_) != DuckDBSuccess) {
    fail("it cannot be connected to");
  }
}

void LockedConnection::close() {
  api_.disconnect(&connection_);
  api_.close(&database_);
  api_.destroy_config(&config_);
}

std::optional<std::string> LockedConnection::refusal(const std::string& sql) {
  duckdb_result result = {};
  const duckdb_state state = api_.query(connection_, sql.c_str(), &result);
  const char* reason = api_.result_error(&result);
  std::string message = reason != nullptr ? reason : "unknown";
  api_.destroy_result(&result);
  return state == DuckDBSuccess ? std::nullopt : std::optional(std::move(message));
}

}  // namespace mlops::table
