#include "table/parquet_scan.h"

#include <array>
#include <charconv>
#include <deque>
#include <iterator>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "table/cell.h"
#include "table/duckdb_stream.h"

namespace mlops::table {
namespace {

constexpr double kExactIntegers = 9007199254740992.0;  // 2^53

/// The columns by number, so that no name of the file's becomes SQL.
std::string select(const OpenTable& table,
                   const std::string& path,
                   const std::vector<std::string>& wanted) {
  std::string all;
  for (std::size_t column = 0; column < table.shape.columns.size(); ++column) {
    fmt::format_to(std::back_inserter(all), "{}c{}", column == 0 ? "" : ",", column);
  }
  return fmt::format("SELECT {} FROM {} AS t({})",
                     wanted.empty() ? "0" : join(wanted, ","),
                     parquet_sql(path),
                     all);
}

bool holds_numbers(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_DOUBLE:
      return true;
    default:
      return false;  // of the others the spelling decides: 0.1 of 32 bits is the number 0.1
  }
}

class ParquetScan {
 public:
  ParquetScan(const DuckDbApi& api,
              const OpenTable& table,
              const std::vector<WantedColumn>& columns,
              const std::vector<std::size_t>& places,
              const ReaderLimits& limits)
      : stream_(api, table.source, path_for_duckdb(table.source, table.fd), limits) {
    rows_.columns.resize(columns.size());
    types_.resize(columns.size(), DUCKDB_TYPE_VARCHAR);
    const std::string path = path_for_duckdb(table.source, table.fd);
    std::vector<std::string> names;
    for (const std::size_t place : places) {
      names.push_back(fmt::format("c{}", place));
    }
    stream_.start(select(table, path, names) + " LIMIT 0");
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const duckdb_type type = stream_.type(i);
      if (columns[i].need == WantedColumn::Need::values && holds_numbers(type)) {
        types_[i] = type;
      } else {
        names[i] = fmt::format("CAST({} AS VARCHAR)", names[i]);
      }
    }
    stream_.start(select(table, path, names));
  }

  bool next() {
    rows_.first += rows_.size;
    rows_.size = stream_.next();
    spellings_.clear();
    for (std::size_t i = 0; i < rows_.columns.size() && rows_.size > 0; ++i) {
      rows_.columns[i].resize(rows_.size);
      fill(stream_.column(i), types_[i], rows_.columns[i]);
    }
    return rows_.size > 0;
  }
  const ScannedRows& rows() const { return rows_; }

 private:
  void fill(const DuckDbStream::Column& from, duckdb_type type, ScannedColumn& into) {
    switch (type) {
      case DUCKDB_TYPE_TINYINT:
        return fill_numbers<std::int8_t>(from, into);
      case DUCKDB_TYPE_SMALLINT:
        return fill_numbers<std::int16_t>(from, into);
      case DUCKDB_TYPE_INTEGER:
        return fill_numbers<std::int32_t>(from, into);
      case DUCKDB_TYPE_BIGINT:
        return fill_numbers<std::int64_t>(from, into);
      case DUCKDB_TYPE_UTINYINT:
        return fill_numbers<std::uint8_t>(from, into);
      case DUCKDB_TYPE_USMALLINT:
        return fill_numbers<std::uint16_t>(from, into);
      case DUCKDB_TYPE_UINTEGER:
        return fill_numbers<std::uint32_t>(from, into);
      case DUCKDB_TYPE_DOUBLE:
        return fill_numbers<double>(from, into);
      default:
        break;
    }
    for (std::size_t row = 0; row < into.size(); ++row) {
      into.put(row, from.has(row) ? parse_cell(from.text(row)) : Cell{});
    }
  }

  template <typename Number>
  void fill_numbers(const DuckDbStream::Column& from, ScannedColumn& into) {
    constexpr bool kIsWhole = std::is_integral_v<Number>;
    const Number* const numbers = static_cast<const Number*>(from.data);
    for (std::size_t row = 0; row < into.size(); ++row) {
      if (!from.has(row)) {
        into.put(row, {});
        continue;
      }
      const double number = static_cast<double>(numbers[row]);
      into.put_number(row, number, kIsWhole);
      if (!(number < kExactIntegers && number > -kExactIntegers)) {
        spell(into, row, numbers[row]);
      }
    }
  }

  /// What a double does not tell.
  template <typename Number>
  void spell(ScannedColumn& into, std::size_t row, Number number) {
    std::string text = into.spelling(row);
    if constexpr (std::is_integral_v<Number>) {
      text = std::to_string(number);
    }
    spellings_.push_back(std::move(text));
    into.put(row, {Cell::Kind::number, into.number(row), spellings_.back()});
  }

  DuckDbStream stream_;
  std::vector<duckdb_type> types_;  ///< as they come
  ScannedRows rows_;
  std::deque<std::string> spellings_;  ///< of the current rows
};

}  // namespace

std::uint64_t scan_parquet(const DuckDbApi& api,
                           const OpenTable& table,
                           const std::vector<WantedColumn>& columns,
                           const std::vector<std::size_t>& places,
                           const ReaderLimits& limits,
                           const std::function<void(const ScannedRows&)>& sink,
                           const CancelToken& cancel) {
  ParquetScan scan(api, table, columns, places, limits);
  while (scan.next()) {
    cancel.check();
    sink(scan.rows());
  }
  if (scan.rows().first != table.shape.rows) {
    throw Error(ErrorKind::io,
                fmt::format("{} was changed while it was read", quote(table.source.name)));
  }
  return scan.rows().first;
}

}  // namespace mlops::table
