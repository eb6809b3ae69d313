#include <functional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "table/scanned_rows.h"
#include "unit/table/tables.h"

namespace mlops::table {
namespace {

using Names = std::vector<std::string>;

std::vector<WantedColumn> wanted(const Names& names) {
  std::vector<WantedColumn> columns;
  for (const std::string& name : names) {
    columns.push_back({name, WantedColumn::Need::spelling});
  }
  return columns;
}

struct Scanned {
  std::uint64_t count = 0;
  Names rows;  ///< "row: cells", null as "~"
};

Scanned scan_with(Engine& engine, const Source& source, const Names& columns) {
  Scanned result;
  result.count = engine.scan(
      source,
      wanted(columns),
      [&](const ScannedRows& batch) {
        for (std::size_t i = 0; i < batch.size; ++i) {
          std::string row = std::to_string(batch.first + i) + ":";
          for (const ScannedColumn& cells : batch.columns) {
            REQUIRE(cells.size() == batch.size);
            row += cells[i].kind == Cell::Kind::null ? " ~" : " " + std::string(cells[i].text);
          }
          result.rows.push_back(row);
        }
      },
      CancelToken());
  return result;
}

Scanned scan(const std::string& name, std::string_view text, const Names& columns) {
  const test::TempDir temp;
  test::write_file(temp / name, text);
  return scan_with(shared_engine(), source_at(temp / name, name), columns);
}

std::unique_ptr<Engine> engine_of(EngineOptions::Reader reader,
                                  std::size_t part_bytes,
                                  unsigned threads = 2) {
  static const test::TempDir kTemp;
  EngineOptions options;
  options.library = MLOPS_TEST_DUCKDB;
  options.temp_directory = kTemp / "";
  options.threads = threads;
  options.reader = reader;
  options.part_bytes = part_bytes;
  return Engine::open(options);
}

/// Both readers, and parts of every small size, tell the same.
void check_readers(std::string_view text,
                   const Names& columns,
                   std::uint64_t rows,
                   const std::vector<std::size_t>& parts = {1, 7, 64, 1000}) {
  const test::TempDir temp;
  test::write_file(temp / "t.csv", text);
  const Source source = source_at(temp / "t.csv", "t.csv");
  const auto general = engine_of(EngineOptions::Reader::general, 1);
  const Scanned expected = scan_with(*general, source, columns);
  CHECK(expected.count == rows);
  for (const std::size_t part : parts) {
    for (const unsigned threads : {1U, 3U}) {
      INFO(part << " bytes, " << threads << " threads");
      const auto fast = engine_of(EngineOptions::Reader::fast_where_it_can, part, threads);
      const Scanned found = scan_with(*fast, source, columns);
      CHECK(found.count == expected.count);
      CHECK(found.rows == expected.rows);
    }
  }
}

std::string many_rows(int count, const std::function<std::string(int)>& row) {
  std::string text = "a,b,c\n";
  for (int i = 0; i < count; ++i) {
    text += row(i) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("a scan gives the wanted columns of all rows in file order") {
  const Scanned found = scan("t.csv", "a,b,c\n1,x,\n2,,z\n", {"c", "a", "c"});
  CHECK(found.count == 2);
  CHECK(found.rows == Names{"0: ~ 1 ~", "1: z 2 z"});
  CHECK(scan("t.jsonl", "{\"a\": 1}\n{\"a\": null}\n", {"a"}).rows == Names{"0: 1", "1: ~"});
}

TEST_CASE("a scan of no columns counts the rows, one of no rows calls nobody") {
  CHECK(scan("t.csv", "a,b\n1,2\n3,4\n", {}).count == 2);
  const Scanned none = scan("t.csv", "a,b\n", {"a"});
  CHECK(none.count == 0);
  CHECK(none.rows.empty());
}

TEST_CASE("rows are numbered on over many batches") {
  std::string text = "a\n";
  for (int i = 0; i < 10'000; ++i) {
    text += std::to_string(i) + "\n";
  }
  const Scanned found = scan("t.csv", text, {"a"});
  REQUIRE(found.count == 10'000);
  CHECK(found.rows[2048] == "2048: 2048");
  CHECK(found.rows[9999] == "9999: 9999");
}

TEST_CASE("a column that is not there is refused with what may be meant") {
  const Error error = error_of([] { scan("t.csv", "name,b\n1,2\n", {"nmae"}); });
  CHECK(error.kind() == ErrorKind::config);
  CHECK(error.message() == "'t.csv' has no column 'nmae'");
  CHECK(error.hint() == "did you mean 'name'?");
}

TEST_CASE("clean lines are read as the general reader reads them") {
  const auto row = [](int i) {
    return std::to_string(i * 7919 % 97) + "," +
           (i % 5 == 0 ? "" : "w\u00e9 " + std::to_string(i)) + "," +
           (i % 3 == 0   ? "-0.5e3"
            : i % 3 == 1 ? "007"
                         : "nan");
  };
  check_readers(many_rows(500, row), {"c", "a", "b"}, 500);
  std::string unended = many_rows(20, row);
  unended.pop_back();
  check_readers(unended, {"b"}, 20);
}

TEST_CASE("from the first record that is not clean on the general reader goes on") {
  const auto with_odd = [](int count, int odd) {
    return many_rows(count, [&](int i) {
      return std::to_string(i) +
             (i == odd ? ",\"a \"\"quote\"\", a comma\nand a line\",z" : ",plain,z");
    });
  };
  for (const int odd : {0, 1, 149}) {
    INFO("the odd record is " << odd);
    check_readers(with_odd(150, odd), {"b", "a"}, 150, {1, 64});
  }
  // Behind more rows than DuckDB tells at once.
  check_readers(with_odd(5000, 2100), {"b", "a"}, 5000, {10'000});
}

TEST_CASE("what is wrong behind clean lines is refused with its line") {
  const std::string text = many_rows(3000, [](int i) { return i == 2500 ? "1,2" : "1,2,3"; });
  const Error error = error_of([&] { scan("t.csv", text, {"a"}); });
  CHECK(error.kind() == ErrorKind::config);
  CHECK(error.message() == "'t.csv' line 2502: the row has 2 fields, the header 3");
}

TEST_CASE("a number without its spelling is spelled as the file's type has it") {
  ScannedColumn column;
  column.resize(4);
  column.put_number(0, 7, true);
  CHECK(column.spelling(0) == "7");
  column.put_number(1, 7, false);
  column.put_number(2, 0.1, false);
  column.put_number(3, std::numeric_limits<double>::quiet_NaN(), false);
  CHECK(column.spelling(1) == "7.0");
  CHECK(column.spelling(2) == "0.1");
  CHECK(column.spelling(3) == "nan");
  column.put(1, {Cell::Kind::number, 7, "7e0"});
  CHECK(column.spelling(1) == "7e0");
  CHECK(column[2].number == 0.1);
  CHECK(column[2].text.empty());
}

}  // namespace mlops::table
