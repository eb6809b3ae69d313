#include "table/duckdb_rows.h"

#include <iterator>

#include <fmt/format.h>

namespace mlops::table {
namespace {

// DuckDB reads in buffers of this size, several a thread; a row must fit into one.
constexpr std::size_t kBufferBytes = std::size_t{32} << 20U;

/// The columns by number, so that no name of the file's becomes SQL.
std::string select_parquet(const OpenTable& table,
                           const std::string& path,
                           const std::vector<std::size_t>& columns) {
  std::string wanted;
  for (const std::size_t column : columns) {
    fmt::format_to(
        std::back_inserter(wanted), "{}CAST(c{} AS VARCHAR)", wanted.empty() ? "" : ",", column);
  }
  std::string all;
  for (std::size_t column = 0; column < table.shape.columns.size(); ++column) {
    fmt::format_to(std::back_inserter(all), "{}c{}", column == 0 ? "" : ",", column);
  }
  return fmt::format("SELECT {} FROM {} AS t({})", wanted, parquet_sql(path), all);
}

// DuckDB's strict mode is off because the scan has been stricter, and because with it DuckDB 1.4.4
// loses the rows of a CRLF file whose line end it is told; left to find the line end itself, it
// takes the first one in the file, quoted or not.
std::string select_delimited(const OpenTable& table,
                             const std::string& path,
                             const std::vector<std::size_t>& columns) {
  std::string wanted;
  for (const std::size_t column : columns) {
    fmt::format_to(std::back_inserter(wanted), "{}c{}", wanted.empty() ? "" : ",", column);
  }
  std::string all;
  for (std::size_t column = 0; column < table.shape.columns.size(); ++column) {
    fmt::format_to(std::back_inserter(all), "{}c{}:'VARCHAR'", column == 0 ? "" : ",", column);
  }
  return fmt::format(
      "SELECT {} FROM read_csv('{}',columns={{{}}},auto_detect=false,header=true,skip=0,"
      "delim='{}',quote='\"',escape='\"',comment='',nullstr='',new_line='{}',encoding='utf-8',"
      "compression='none',strict_mode=false,null_padding=false,ignore_errors=false,"
      "max_line_size={},buffer_size={},parallel={})",
      wanted,
      path,
      all,
      table.source.format == Format::tsv ? "\t" : ",",
      table.shape.newline == CsvShape::Newline::crlf ? "\\r\\n" : "\\n",
      2 * kMaxRecordBytes,
      kBufferBytes,
      table.shape.has_quoted_newline ? "false" : "true");
}

}  // namespace

struct DuckDbRows::Handles {
  Handles(const DuckDbApi& functions, const std::string& path, const ReaderLimits& limits)
      : api(functions), connection(functions, path, limits) {}
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;
  ~Handles() {
    drop_chunk();
    api.destroy_result(&result);
    api.destroy_prepare(&statement);
  }
  void drop_chunk() {
    if (chunk != nullptr) {
      api.destroy_data_chunk(&chunk);
    }
  }

  const DuckDbApi& api;
  LockedConnection connection;
  duckdb_prepared_statement statement = nullptr;
  duckdb_result result = {};
  duckdb_data_chunk chunk = nullptr;
  std::size_t rows = 0;
  struct Column {
    const duckdb_string_t* strings = nullptr;
    const std::uint64_t* validity = nullptr;  ///< null: all valid
  };
  std::vector<Column> columns;
};

DuckDbRows::DuckDbRows(const DuckDbApi& api,
                       const OpenTable& table,
                       const std::vector<std::size_t>& columns,
                       const ReaderLimits& limits)
    : api_(api), table_(table), column_count_(columns.size()) {
  const std::string path = path_for_duckdb(table.source, table.fd);
  handles_ = std::make_unique<Handles>(api, path, limits);
  start(table.source.format == Format::parquet ? select_parquet(table, path, columns)
                                               : select_delimited(table, path, columns));
}

DuckDbRows::~DuckDbRows() = default;

void DuckDbRows::start(const std::string& sql) {
  if (api_.prepare(handles_->connection.get(), sql.c_str(), &handles_->statement) !=
      DuckDBSuccess) {
    fail_reading(table_.source, api_.prepare_error(handles_->statement));
  }
  duckdb_pending_result pending = nullptr;
  if (api_.pending_prepared_streaming(handles_->statement, &pending) != DuckDBSuccess) {
    const char* reason = api_.pending_error(pending);
    const std::string message = reason != nullptr ? reason : "unknown";
    api_.destroy_pending(&pending);
    fail_reading(table_.source, message.c_str());
  }
  const duckdb_state state = api_.execute_pending(pending, &handles_->result);
  api_.destroy_pending(&pending);
  if (state != DuckDBSuccess) {
    fail_reading(table_.source, api_.result_error(&handles_->result));
  }
  handles_->columns.resize(column_count_);
}

std::size_t DuckDbRows::next() {
  handles_->drop_chunk();
  handles_->chunk = api_.fetch_chunk(handles_->result);
  handles_->rows = handles_->chunk != nullptr ? api_.data_chunk_get_size(handles_->chunk) : 0;
  if (handles_->rows == 0) {
    if (const char* reason = api_.result_error(&handles_->result)) {
      fail_reading(table_.source, reason);
    }
    return 0;
  }
  for (std::size_t column = 0; column < column_count_; ++column) {
    duckdb_vector vector = api_.data_chunk_get_vector(handles_->chunk, column);
    handles_->columns[column] = {static_cast<const duckdb_string_t*>(api_.vector_get_data(vector)),
                                 api_.vector_get_validity(vector)};
  }
  return handles_->rows;
}

void DuckDbRows::fields(std::size_t row, std::vector<std::string_view>& fields) const {
  fields.resize(column_count_);
  for (std::size_t column = 0; column < column_count_; ++column) {
    const Handles::Column& values = handles_->columns[column];
    const bool is_valid =
        values.validity == nullptr || ((values.validity[row / 64] >> (row % 64)) & 1U) != 0;
    if (!is_valid) {
      fields[column] = {};
      continue;
    }
    // The layout that duckdb.h publishes: short strings lie in the vector itself.
    const duckdb_string_t& string = values.strings[row];
    const std::uint32_t length = string.value.inlined.length;
    const char* data = length <= sizeof(string.value.inlined.inlined) ? string.value.inlined.inlined
                                                                      : string.value.pointer.ptr;
    fields[column] = {data, length};
  }
}

}  // namespace mlops::table
