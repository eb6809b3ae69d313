#include "table/csv_reader.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"

namespace mlops::table {
namespace {

// DuckDB reads in buffers of this size, several a thread; a row must fit into one.
constexpr std::size_t kBufferBytes = std::size_t{32} << 20U;

// DuckDB's strict mode is off because the scan has been stricter, and because with it DuckDB 1.4.4
// loses the rows of a CRLF file whose line end it is told; left to find the line end itself, it
// takes the first one in the file, quoted or not.
std::string select_sql(const OpenTable& table,
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

// "… CSV Error on Line: 12\n…" → 12
std::optional<std::uint64_t> line_in(std::string_view message) {
  constexpr std::string_view kMark = "CSV Error on Line: ";
  const std::size_t found = message.find(kMark);
  if (found == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view rest = message.substr(found + kMark.size());
  std::uint64_t line = 0;
  const std::from_chars_result parsed =
      std::from_chars(rest.data(), rest.data() + rest.size(), line);
  return parsed.ec == std::errc() ? std::optional(line) : std::nullopt;
}

/// The descriptor's own name, so that no path is looked up twice. Where there is no /proc (a bare
/// root directory) it is the file's path, if DuckDB takes that for a name and for nothing else.
std::string path_for_duckdb(const OpenTable& table) {
  std::string path = fmt::format("/proc/self/fd/{}", table.fd.get());
  if (os::lstat_file(path)) {
    return path;
  }
  const std::string& name = table.source.name;
  std::error_code failure;
  path = std::filesystem::canonical(table.source.path, failure).string();
  if (failure || os::lstat_file(path) != os::stat_fd(table.fd, path)) {
    throw Error(ErrorKind::io, fmt::format("{} was changed while it was read", quote(name)));
  }
  if (path.find_first_of("*?[]'\"") != std::string::npos) {
    throw Error(
        ErrorKind::config,
        fmt::format("{} has a name that cannot be read where /proc is missing", quote(name)),
        "mount /proc, or rename the file");
  }
  return path;
}

}  // namespace

os::Fd open_table_file(const Source& source) {
  std::error_code failure;
  const std::filesystem::path path = std::filesystem::canonical(source.path, failure);
  if (failure) {
    throw Error(ErrorKind::not_found,
                fmt::format("cannot open {}: {}", quote(source.name), failure.message()));
  }
  const std::optional<os::FileStat> stat = os::lstat_file(path);
  if (stat && stat->kind != os::FileKind::regular) {
    throw Error(ErrorKind::config,
                fmt::format("{} is not a regular file, so it cannot be read as a table",
                            quote(source.name)));
  }
  std::optional<os::Fd> fd = os::open_regular(path);
  if (!fd) {
    throw Error(ErrorKind::not_found, fmt::format("{} does not exist", quote(source.name)));
  }
  return std::move(*fd);
}

OpenTable open_table(const Source& source, const CancelToken& cancel) {
  OpenTable table{source, open_table_file(source), {}};
  table.shape = scan_csv(table.fd, source, cancel);
  return table;
}

struct CsvReader::Handles {
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

CsvReader::CsvReader(const DuckDbApi& api,
                     const OpenTable& table,
                     const std::vector<std::size_t>& columns,
                     const ReaderLimits& limits)
    : api_(api), table_(table), column_count_(columns.size()) {
  const std::string path = path_for_duckdb(table);
  handles_ = std::make_unique<Handles>(api, path, limits);
  start(select_sql(table, path, columns));
}

CsvReader::~CsvReader() = default;

void CsvReader::start(const std::string& sql) {
  if (api_.prepare(handles_->connection.get(), sql.c_str(), &handles_->statement) !=
      DuckDBSuccess) {
    fail(api_.prepare_error(handles_->statement));
  }
  duckdb_pending_result pending = nullptr;
  if (api_.pending_prepared_streaming(handles_->statement, &pending) != DuckDBSuccess) {
    const char* reason = api_.pending_error(pending);
    const std::string message = reason != nullptr ? reason : "unknown";
    api_.destroy_pending(&pending);
    fail(message.c_str());
  }
  const duckdb_state state = api_.execute_pending(pending, &handles_->result);
  api_.destroy_pending(&pending);
  if (state != DuckDBSuccess) {
    fail(api_.result_error(&handles_->result));
  }
  handles_->columns.resize(column_count_);
}

bool CsvReader::next() {
  handles_->drop_chunk();
  handles_->chunk = api_.fetch_chunk(handles_->result);
  handles_->rows = handles_->chunk != nullptr ? api_.data_chunk_get_size(handles_->chunk) : 0;
  if (handles_->rows == 0) {
    if (const char* reason = api_.result_error(&handles_->result)) {
      fail(reason);
    }
    // The scan decided what the rows are; a reader that finds others has read something else.
    if (rows_read_ != table_.shape.rows) {
      throw Error(ErrorKind::io,
                  fmt::format("{} was changed while it was read", quote(table_.source.name)));
    }
    return false;
  }
  rows_read_ += handles_->rows;
  for (std::size_t column = 0; column < column_count_; ++column) {
    duckdb_vector vector = api_.data_chunk_get_vector(handles_->chunk, column);
    handles_->columns[column] = {static_cast<const duckdb_string_t*>(api_.vector_get_data(vector)),
                                 api_.vector_get_validity(vector)};
  }
  return true;
}

std::size_t CsvReader::row_count() const {
  return handles_->rows;
}

void CsvReader::fields(std::size_t row, std::vector<std::string_view>& fields) const {
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

void CsvReader::fail(const char* message) const {
  const std::string_view text = message != nullptr ? message : "unknown";
  const std::string name = quote(table_.source.name);
  if (text.find("Invalid unicode") != std::string_view::npos) {
    const std::optional<std::uint64_t> line = line_in(text);
    throw Error(ErrorKind::config,
                line ? fmt::format("{} line {}: not UTF-8", name, *line)
                     : fmt::format("{} is not UTF-8", name));
  }
  // Only the first line: those after it may show rows of the table.
  const std::string_view first = split(text, '\n').front();
  if (first.find("Out of Memory") != std::string_view::npos) {
    throw Error(ErrorKind::io,
                fmt::format("reading {} takes more memory than allowed", name),
                "allow more memory, or fewer threads");
  }
  throw Error(ErrorKind::io,
              fmt::format("DuckDB cannot read {}: {}", name, escape_for_terminal(first)));
}

}  // namespace mlops::table
