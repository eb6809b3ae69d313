#pragma once

#include <filesystem>

#include <duckdb.h>

// The functions of DuckDB's C API that this room calls.
#define MLOPS_DUCKDB_FUNCTIONS(apply)                                                           \
  apply(library_version) apply(create_config) apply(set_config) apply(destroy_config)           \
      apply(open_ext) apply(close) apply(connect) apply(disconnect) apply(query) apply(prepare) \
          apply(prepare_error) apply(destroy_prepare) apply(pending_prepared_streaming)         \
              apply(pending_error) apply(destroy_pending) apply(execute_pending)                \
                  apply(fetch_chunk) apply(result_error) apply(result_error_type)               \
                      apply(destroy_result) apply(data_chunk_get_size)                          \
                          apply(data_chunk_get_vector) apply(destroy_data_chunk)                \
                              apply(column_count) apply(column_name) apply(column_type)         \
                                  apply(vector_get_data) apply(vector_get_validity) apply(free) \
                                      apply(appender_create) apply(append_double)               \
                                          apply(append_varchar_length) apply(append_null)       \
                                              apply(appender_end_row) apply(appender_flush)     \
                                                  apply(appender_destroy)

namespace mlops::table {

/// DuckDB's functions without their prefix: linked in, or found in a shared library that is loaded
/// on first use and stays loaded. Read-only after load_duckdb; any thread.
struct DuckDbApi {
// NOLINTNEXTLINE(bugprone-macro-parentheses): a member declared by its name takes none
#define MLOPS_DECLARE(name) decltype(&duckdb_##name) name = nullptr;
  MLOPS_DUCKDB_FUNCTIONS(MLOPS_DECLARE)
#undef MLOPS_DECLARE
};

/// The version that the header was taken from; another one is refused.
constexpr const char* kDuckDbVersion = "v1.4.4";

/// `library` is the absolute path of libduckdb.so; it is not used where DuckDB is linked in.
/// Error{config} when it is missing, cannot be loaded or has another version.
DuckDbApi load_duckdb(const std::filesystem::path& library);

}  // namespace mlops::table
