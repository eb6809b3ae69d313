#include "table/row_filter.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "os/clock.h"
#include "table/scanned_rows.h"

namespace mlops::table {
namespace {

constexpr std::uint64_t kMemoryBytes = std::uint64_t{256} << 20U;
constexpr std::size_t kMostHeld = 65'536;  ///< rows
constexpr std::size_t kMostHeldBytes = std::size_t{16} << 20U;
constexpr std::size_t kMostShown = 5;
/// Below a file there is nothing: the one path that the connection may read cannot be there.
constexpr const char* kNoFile = "/dev/null/none";

std::string quoted_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  }
  return quoted + "\"";
}

/// Its first sentence: what follows are lines that point into the SQL.
std::string first_line(std::string_view reason) {
  return std::string(reason.substr(0, reason.find('\n')));
}

/// What a question needs, let go in the right order.
struct Query {
  explicit Query(const DuckDbApi& functions) : api(functions) {}
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query() {
    api.destroy_result(&result);
    api.destroy_pending(&pending);
    api.destroy_prepare(&statement);
  }
  const DuckDbApi& api;
  duckdb_prepared_statement statement = nullptr;
  duckdb_pending_result pending = nullptr;
  duckdb_result result = {};
};

/// DuckDB's own words may hold a value of the table.
[[noreturn]] void fail_on_a_row() {
  throw Error(ErrorKind::config,
              "it cannot be evaluated for some row",
              "where a text is taken for a number, write try_cast(x as double)");
}

std::string selected(const FilterColumn& column) {
  std::string name = quoted_name(column.name);
  switch (column.type) {
    case FilterColumn::Type::number:
    case FilterColumn::Type::text:
      return name;
    case FilterColumn::Type::boolean:
      return fmt::format("try_cast({0} as boolean) as {0}", name);
    case FilterColumn::Type::date:
      return fmt::format("try_cast({0} as date) as {0}", name);
    case FilterColumn::Type::timestamp:
      return fmt::format("try_cast({0} as timestamp) as {0}", name);
  }
  return name;
}

}  // namespace

DuckDbFilter::DuckDbFilter(const DuckDbApi& api,
                           std::string expression,
                           std::vector<FilterColumn> columns,
                           std::chrono::nanoseconds most_time,
                           const CancelToken& cancel)
    : api_(api),
      expression_(std::move(expression)),
      columns_(std::move(columns)),
      most_time_(most_time),
      cancel_(cancel),
      connection_(api, kNoFile, {1, kMemoryBytes, {}}),
      appender_(api) {
  make_table();
  evaluate();  // of no rows: whether it is an expression over these columns
}

void DuckDbFilter::make_table() {
  api_.appender_destroy(&appender_.handle);
  std::string list;
  for (const FilterColumn& column : columns_) {
    list += (list.empty() ? "" : ", ") + quoted_name(column.name) +
            (column.type == FilterColumn::Type::number ? " double" : " varchar");
  }
  const auto reason = connection_.refusal(fmt::format("create or replace table held ({})", list));
  if (reason || api_.appender_create(connection_.get(), nullptr, "held", &appender_.handle) !=
                    DuckDBSuccess) {
    throw Error(ErrorKind::config,
                fmt::format("its columns cannot be a table of DuckDB: {}",
                            reason.value_or("it takes no rows")));
  }
  held_ = 0;
  held_bytes_ = 0;
}

void DuckDbFilter::append(const Cell& cell, FilterColumn::Type type) {
  duckdb_state state = DuckDBSuccess;
  if (cell.kind == Cell::Kind::null ||
      (type == FilterColumn::Type::number && cell.kind != Cell::Kind::number)) {
    state = api_.append_null(appender_.handle);
  } else if (type == FilterColumn::Type::number) {
    state = api_.append_double(appender_.handle, cell.number);
  } else {
    state = api_.append_varchar_length(appender_.handle, cell.text.data(), cell.text.size());
    held_bytes_ += cell.text.size();
  }
  if (state != DuckDBSuccess) {
    fail_on_a_row();
  }
}

void DuckDbFilter::add(const std::vector<const ScannedColumn*>& columns, std::size_t size) {
  for (std::size_t row = 0; row < size; ++row) {
    for (std::size_t column = 0; column < columns.size(); ++column) {
      append((*columns[column])[row], columns_[column].type);
    }
    if (api_.appender_end_row(appender_.handle) != DuckDBSuccess) {
      fail_on_a_row();
    }
  }
  held_ += size;
  if (held_ >= kMostHeld || held_bytes_ >= kMostHeldBytes) {
    evaluate();
  }
}

void DuckDbFilter::finish() {
  if (held_ > 0) {
    evaluate();
  }
}

void DuckDbFilter::take(const bool* values, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    if (!values[i]) {
      ++untrue_;
      if (first_untrue_.size() < kMostShown) {
        first_untrue_.push_back(first_ + i);
      }
    }
  }
  first_ += size;
}

std::string DuckDbFilter::question() const {
  std::string list;
  for (const FilterColumn& column : columns_) {
    list += (list.empty() ? "" : ", ") + selected(column);
  }
  return fmt::format("select (({}\n) is true) from (select {} from held)", expression_, list);
}

void DuckDbFilter::read_answers(const std::string& sql) {
  Query query(api_);
  if (api_.prepare(connection_.get(), sql.c_str(), &query.statement) != DuckDBSuccess) {
    const char* reason = api_.prepare_error(query.statement);
    throw Error(ErrorKind::config,
                fmt::format("DuckDB does not take it: {}",
                            first_line(reason != nullptr ? reason : "unknown")));
  }
  if (api_.pending_prepared_streaming(query.statement, &query.pending) != DuckDBSuccess ||
      api_.execute_pending(query.pending, &query.result) != DuckDBSuccess) {
    fail_on_a_row();
  }
  while (duckdb_data_chunk chunk = api_.fetch_chunk(query.result)) {
    duckdb_vector vector = api_.data_chunk_get_vector(chunk, 0);
    const std::size_t size = api_.data_chunk_get_size(chunk);
    take(static_cast<const bool*>(api_.vector_get_data(vector)), size);
    api_.destroy_data_chunk(&chunk);
    if (size == 0) {
      break;
    }
    check_time();
  }
  if (api_.result_error(&query.result) != nullptr) {
    fail_on_a_row();
  }
}

/// Over all batches; the clock of the one at work runs.
void DuckDbFilter::check_time() const {
  cancel_.check();
  if (held_ > 0 && spent_ + (os::monotonic_time() - begun_) > most_time_) {
    throw Error(
        ErrorKind::config,
        fmt::format(
            "it takes longer than {}",
            format_duration(std::chrono::duration_cast<std::chrono::milliseconds>(most_time_))));
  }
}

void DuckDbFilter::evaluate() {
  begun_ = os::monotonic_time();
  if (api_.appender_flush(appender_.handle) != DuckDBSuccess) {
    fail_on_a_row();
  }
  read_answers(question());
  check_time();  // what is too late ends before the next batch
  spent_ += os::monotonic_time() - begun_;
  make_table();
}

}  // namespace mlops::table
