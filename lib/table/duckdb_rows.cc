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

DuckDbRows::DuckDbRows(const DuckDbApi& api,
                       const OpenTable& table,
                       const std::vector<std::size_t>& columns,
                       const ReaderLimits& limits)
    : columns_(columns.size()),
      stream_(api, table.source, path_for_duckdb(table.source, table.fd), limits) {
  const std::string path = path_for_duckdb(table.source, table.fd);
  stream_.start(table.source.format == Format::parquet ? select_parquet(table, path, columns)
                                                       : select_delimited(table, path, columns));
}

std::size_t DuckDbRows::next() {
  const std::size_t rows = stream_.next();
  for (std::size_t column = 0; column < columns_.size() && rows > 0; ++column) {
    columns_[column] = stream_.column(column);
  }
  return rows;
}

void DuckDbRows::fields(std::size_t row, std::vector<std::string_view>& fields) const {
  fields.resize(columns_.size());
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    fields[column] = columns_[column].has(row) ? columns_[column].text(row) : std::string_view();
  }
}

}  // namespace mlops::table
