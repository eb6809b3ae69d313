#include "table/parquet_shape.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "table/table_file.h"

namespace mlops::table {
namespace {

/// The answer to one query, freed on every way out.
class Answer {
 public:
  Answer(const DuckDbApi& api,
         const LockedConnection& connection,
         const std::string& sql,
         const Source& source)
      : api_(api) {
    if (api_.query(connection.get(), sql.c_str(), &result_) != DuckDBSuccess) {
      const char* reason = api_.result_error(&result_);
      const std::string message = reason != nullptr ? reason : "unknown";
      api_.destroy_result(&result_);
      fail_reading(source, message.c_str());
    }
  }
  ~Answer() { api_.destroy_result(&result_); }
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  std::vector<std::string> column_names() {
    std::vector<std::string> names;
    const std::uint64_t count = api_.column_count(&result_);
    names.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
      names.emplace_back(api_.column_name(&result_, i));
    }
    return names;
  }
  /// Of an answer that is one number.
  std::uint64_t number() {
    duckdb_data_chunk chunk = api_.fetch_chunk(result_);
    const void* data = api_.vector_get_data(api_.data_chunk_get_vector(chunk, 0));
    const std::int64_t number = *static_cast<const std::int64_t*>(data);
    api_.destroy_data_chunk(&chunk);
    return static_cast<std::uint64_t>(number);
  }

 private:
  const DuckDbApi& api_;
  duckdb_result result_ = {};
};

void check_columns(const std::vector<std::string>& columns, const Source& source) {
  const std::string name = quote(source.name);
  if (columns.size() > kMaxColumns) {
    throw Error(ErrorKind::config,
                fmt::format("{} has {} columns, more than the {} that a table may have",
                            name,
                            columns.size(),
                            kMaxColumns));
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].empty() || !is_utf8(columns[i])) {
      throw Error(ErrorKind::config,
                  fmt::format("{}: column {} has no name that can be used", name, i + 1));
    }
  }
}

}  // namespace

CsvShape read_parquet_shape(const DuckDbApi& api,
                            const Source& source,
                            const os::Fd& fd,
                            const ReaderLimits& limits) {
  const std::string path = path_for_duckdb(source, fd);
  const LockedConnection connection(api, path, limits);
  const std::string table = parquet_sql(path);
  CsvShape shape;
  shape.columns =
      Answer(api, connection, "SELECT * FROM " + table + " LIMIT 0", source).column_names();
  check_columns(shape.columns, source);
  shape.rows = Answer(api, connection, "SELECT count(*) FROM " + table, source).number();
  return shape;
}

}  // namespace mlops::table
