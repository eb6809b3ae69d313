#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "table/duckdb_api.h"
#include "table/scanned_rows.h"
#include "unit/table/tables.h"

namespace mlops::table {
namespace {

using Names = std::vector<std::string>;
using Rows = std::vector<std::string>;

/// A DuckDB that may write, to make files for those that may only read.
class Writer {
 public:
  Writer() : api_(load_duckdb(MLOPS_TEST_DUCKDB)) {
    if (api_.open_ext(nullptr, &database_, nullptr, nullptr) != DuckDBSuccess ||
        api_.connect(database_, &connection_) != DuckDBSuccess) {
      throw std::runtime_error("DuckDB cannot be opened");
    }
  }
  ~Writer() {
    api_.disconnect(&connection_);
    api_.close(&database_);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void copy(const std::string& select, const std::filesystem::path& to, const std::string& how) {
    const std::string sql = "COPY (" + select + ") TO '" + to.string() + "' (" + how + ")";
    duckdb_result result = {};
    const duckdb_state state = api_.query(connection_, sql.c_str(), &result);
    const char* reason = api_.result_error(&result);
    const std::string message = reason != nullptr ? reason : "";
    api_.destroy_result(&result);
    if (state != DuckDBSuccess) {
      throw std::runtime_error(message);
    }
  }

 private:
  DuckDbApi api_;
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

/// The same rows as CSV and as Parquet.
struct TwoFormats {
  explicit TwoFormats(const std::string& select, const std::string& how = "FORMAT parquet") {
    Writer writer;
    writer.copy(select, temp / "t.csv", "FORMAT csv, HEADER");
    writer.copy(select, temp / "t.parquet", how);
  }
  Source csv() const { return {temp / "t.csv", "t.csv", Format::csv}; }
  Source parquet() const { return {temp / "t.parquet", "t.parquet", Format::parquet}; }
  test::TempDir temp;
};

/// Rows of which a cell differs between the CSV and the Parquet file.
std::uint64_t differing_rows(const TwoFormats& tables, unsigned threads = 2) {
  AlignRequest request;
  request.old_table = tables.csv();
  request.new_table = tables.parquet();
  request.columns = shared_engine(threads).columns(tables.parquet());
  std::uint64_t differing = 0;
  const auto count = [&](const AlignedBatch& batch) {
    for (std::size_t row = 0; row < batch.old_rows.size(); ++row) {
      bool is_same = batch.old_rows[row] == batch.new_rows[row];
      for (std::size_t c = 0; c < batch.old_columns.size(); ++c) {
        is_same = is_same && same_value(batch.old_columns[c][row], batch.new_columns[c][row]);
      }
      differing += is_same ? 0U : 1U;
    }
  };
  const Alignment rows = shared_engine(threads).align(request, count, CancelToken());
  REQUIRE(rows.matched > 0);
  return differing;
}

Error refusal(const std::string& bytes) {
  const test::TempDir temp;
  test::write_file(temp / "t.parquet", bytes);
  return error_of([&] {
    AlignRequest request;
    request.old_table = request.new_table = {temp / "t.parquet", "v1:t.parquet", Format::parquet};
    request.columns = {"id"};
    shared_engine().align(
        request, [](const AlignedBatch&) {}, CancelToken());
  });
}

}  // namespace

TEST_CASE("a Parquet file is read as the CSV file of the same values") {
  const TwoFormats tables(
      "SELECT * FROM (VALUES"
      "  (1::BIGINT, 'a', 0.1::DOUBLE, 0.1::FLOAT, 1.50::DECIMAL(6,2), true, DATE '2026-01-02'),"
      "  (9007199254740993, '', 1e-300, NULL, NULL, false, NULL),"
      "  (-1, 'b,\"c\"', 'nan'::DOUBLE, 'inf'::FLOAT, -0.01, NULL, DATE '1970-01-01'),"
      "  (0, NULL, 123456789.123456789, 3.4e38, 9999.99, true, DATE '2000-02-29'))"
      " t(id, \"na\"\"me'; --\", d, f, m, flag, day)");
  CHECK(shared_engine().columns(tables.parquet()) ==
        Names{"id", "na\"me'; --", "d", "f", "m", "flag", "day"});
  CHECK(differing_rows(tables) == 0);
}

TEST_CASE("numbers of Parquet keep every digit, rows their order") {
  const TwoFormats tables(
      "SELECT i AS id, hash(i) / 1e19 * pow(10, (i % 40) - 20) AS d,"
      " CAST(hash(i) / 1e19 AS FLOAT) AS f,"
      " 'k' || (i * 7919 % 10007) AS s FROM range(10000) r(i)",
      "FORMAT parquet, ROW_GROUP_SIZE 2048, CODEC zstd");
  CHECK(differing_rows(tables, 1) == 0);
  CHECK(differing_rows(tables, 4) == 0);
}

TEST_CASE("keys of CSV and Parquet meet by value") {
  const TwoFormats tables("SELECT i::DOUBLE AS id, i AS x FROM range(5) r(i)");
  AlignRequest request;
  request.old_table = tables.csv();
  request.new_table = tables.parquet();
  request.keys = {"id"};
  request.columns = {"x"};
  const auto rows = shared_engine().align(
      request, [](const AlignedBatch&) {}, CancelToken());
  CHECK(rows.matched == 5);
  CHECK(rows.only_old + rows.only_new == 0);
}

TEST_CASE("a nested column that nobody asks for is in nobody's way") {
  const TwoFormats tables("SELECT 1 AS id, [1, 2] AS list, {'a': 1} AS record");
  AlignRequest request;
  request.old_table = request.new_table = tables.parquet();
  request.columns = {"id"};
  CHECK(shared_engine()
            .align(
                request, [](const AlignedBatch&) {}, CancelToken())
            .matched == 1);
}

TEST_CASE("what is no Parquet file is an error about the file") {
  for (const std::string bytes : {"", "PAR1", "id,x\n1,2\n", "PAR1\xff\xff\xff\x7fPAR1"}) {
    const Error error = refusal(bytes);
    INFO(error.message());
    CHECK(error.kind() == ErrorKind::config);
    CHECK(error.message().starts_with("'v1:t.parquet' is no Parquet file that can be read: "));
    CHECK(error.message().find("/proc/") == std::string::npos);
  }
}

TEST_CASE("a damaged Parquet file is refused or read, and never more") {
  const TwoFormats tables("SELECT i AS id, 'x' || i AS x FROM range(50) r(i)");
  const std::string whole = test::read_file(tables.parquet().path);
  const test::TempDir temp;
  const auto read = [&](const std::string& bytes) {
    test::write_file(temp / "t.parquet", bytes);
    try {
      AlignRequest request;
      request.old_table = request.new_table = {temp / "t.parquet", "t", Format::parquet};
      request.columns = {"id"};
      shared_engine().align(
          request, [](const AlignedBatch&) {}, CancelToken());
    } catch (const Error& error) {
      CHECK((error.kind() == ErrorKind::config || error.kind() == ErrorKind::io));
    }
  };
  for (std::size_t size = 0; size < whole.size(); size += 61) {
    read(whole.substr(0, size));
  }
  for (std::size_t at = 0; at < whole.size(); at += 37) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
    read(bytes);
  }
}

TEST_CASE("numbers that nobody needs the spelling of are the numbers of the CSV file") {
  const TwoFormats tables(
      "SELECT i::TINYINT AS a, (i * 300)::SMALLINT AS b, i * 70000 AS c, i::UTINYINT AS d,"
      " i::USMALLINT AS e, i::UINTEGER AS f, i::UBIGINT AS g, i::HUGEINT AS h, i / 7 AS x,"
      " (i / 7)::FLOAT AS y, (i / 7)::DECIMAL(9, 3) AS z, -0.0 * i AS zero,"
      " CASE WHEN i % 5 = 0 THEN NULL ELSE i END AS gaps,"
      " CASE i % 4 WHEN 0 THEN 'nan'::DOUBLE WHEN 1 THEN '-inf'::DOUBLE WHEN 2 THEN 1e300 END AS "
      "odd,"
      " 9007199254740990 + i AS large, 'w' || i AS text, i::VARCHAR AS digits "
      "FROM range(100) t(i)");
  std::vector<WantedColumn> columns;
  for (const std::string& name : shared_engine().columns(tables.parquet())) {
    columns.push_back({name, WantedColumn::Need::values});
  }
  const auto read = [&](const Source& source) {
    Rows rows;
    const auto take = [&](const ScannedRows& batch) {
      for (std::size_t i = 0; i < batch.size; ++i) {
        std::string row;
        for (const ScannedColumn& cells : batch.columns) {
          // What the number tells, and the text where it tells more.
          const Cell cell = cells[i];
          const bool is_exact = cell.kind == Cell::Kind::number && std::abs(cell.number) < 9e15;
          row += std::to_string(static_cast<int>(cell.kind)) + " ";
          row += is_exact ? std::to_string(cell.number + 0.0) : canonical_label(cell);
          row += "|";
        }
        rows.push_back(row);
      }
    };
    CHECK(shared_engine().scan(source, columns, take, CancelToken()) == 100);
    return rows;
  };
  CHECK(read(tables.parquet()) == read(tables.csv()));
}

}  // namespace mlops::table
