#include "table/duckdb_stream.h"

#include "table/table_file.h"

namespace mlops::table {

DuckDbStream::DuckDbStream(const DuckDbApi& api,
                           const Source& source,
                           const std::string& path,
                           const ReaderLimits& limits)
    : api_(api), source_(source), connection_(api, path, limits) {}

DuckDbStream::~DuckDbStream() {
  end();
}

void DuckDbStream::drop_chunk() {
  if (chunk_ != nullptr) {
    api_.destroy_data_chunk(&chunk_);
  }
}

void DuckDbStream::end() {
  drop_chunk();
  api_.destroy_result(&result_);
  result_ = {};
  api_.destroy_prepare(&statement_);
}

void DuckDbStream::start(const std::string& sql) {
  end();
  if (api_.prepare(connection_.get(), sql.c_str(), &statement_) != DuckDBSuccess) {
    fail_reading(source_, api_.prepare_error(statement_));
  }
  duckdb_pending_result pending = nullptr;
  if (api_.pending_prepared_streaming(statement_, &pending) != DuckDBSuccess) {
    const char* reason = api_.pending_error(pending);
    const std::string message = reason != nullptr ? reason : "unknown";
    api_.destroy_pending(&pending);
    fail_reading(source_, message.c_str());
  }
  const duckdb_state state = api_.execute_pending(pending, &result_);
  api_.destroy_pending(&pending);
  if (state != DuckDBSuccess) {
    fail_reading(source_, api_.result_error(&result_));
  }
}

std::size_t DuckDbStream::next() {
  drop_chunk();
  chunk_ = api_.fetch_chunk(result_);
  const std::size_t rows = chunk_ != nullptr ? api_.data_chunk_get_size(chunk_) : 0;
  if (rows == 0) {
    if (const char* reason = api_.result_error(&result_)) {
      fail_reading(source_, reason);
    }
  }
  return rows;
}

DuckDbStream::Column DuckDbStream::column(std::size_t column) const {
  duckdb_vector vector = api_.data_chunk_get_vector(chunk_, column);
  return {api_.vector_get_data(vector), api_.vector_get_validity(vector)};
}

duckdb_type DuckDbStream::type(std::size_t column) {
  return api_.column_type(&result_, column);
}

std::string_view DuckDbStream::Column::text(std::size_t row) const {
  // The layout that duckdb.h publishes: short strings lie in the vector itself.
  const duckdb_string_t& string = static_cast<const duckdb_string_t*>(data)[row];
  const std::uint32_t length = string.value.inlined.length;
  const char* text = length <= sizeof(string.value.inlined.inlined) ? string.value.inlined.inlined
                                                                    : string.value.pointer.ptr;
  return {text, length};
}

}  // namespace mlops::table
