#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "unit/table/tables.h"

namespace mlops::table {
namespace {

using Names = std::vector<std::string>;

/// "row: cells" of each row, null as "~", and how many rows there are.
std::pair<std::uint64_t, Names> scan(const std::string& name,
                                     std::string_view text,
                                     const Names& columns) {
  const test::TempDir temp;
  test::write_file(temp / name, text);
  Names rows;
  const std::uint64_t count = shared_engine().scan(
      source_at(temp / name, name),
      columns,
      [&](const ScannedRows& batch) {
        for (std::size_t i = 0; i < batch.size; ++i) {
          std::string row = std::to_string(batch.first + i) + ":";
          for (const ColumnCells& cells : batch.columns) {
            REQUIRE(cells.size() == batch.size);
            row += cells[i].kind == Cell::Kind::null ? " ~" : " " + std::string(cells[i].text);
          }
          rows.push_back(row);
        }
      },
      CancelToken());
  return {count, rows};
}

}  // namespace

TEST_CASE("a scan gives the wanted columns of all rows in file order") {
  const auto [count, rows] = scan("t.csv", "a,b,c\n1,x,\n2,,z\n", {"c", "a", "c"});
  CHECK(count == 2);
  CHECK(rows == Names{"0: ~ 1 ~", "1: z 2 z"});
  CHECK(scan("t.jsonl", "{\"a\": 1}\n{\"a\": null}\n", {"a"}).second == Names{"0: 1", "1: ~"});
}

TEST_CASE("a scan of no columns counts the rows, one of no rows calls nobody") {
  CHECK(scan("t.csv", "a,b\n1,2\n3,4\n", {}).first == 2);
  const auto [count, rows] = scan("t.csv", "a,b\n", {"a"});
  CHECK(count == 0);
  CHECK(rows.empty());
}

TEST_CASE("rows are numbered on over many batches") {
  std::string text = "a\n";
  for (int i = 0; i < 10'000; ++i) {
    text += std::to_string(i) + "\n";
  }
  const auto [count, rows] = scan("t.csv", text, {"a"});
  REQUIRE(count == 10'000);
  CHECK(rows[2048] == "2048: 2048");
  CHECK(rows[9999] == "9999: 9999");
}

TEST_CASE("a column that is not there is refused with what may be meant") {
  const Error error = error_of([] { scan("t.csv", "name,b\n1,2\n", {"nmae"}); });
  CHECK(error.kind() == ErrorKind::config);
  CHECK(error.message() == "'t.csv' has no column 'nmae'");
  CHECK(error.hint() == "did you mean 'name'?");
}

}  // namespace mlops::table
