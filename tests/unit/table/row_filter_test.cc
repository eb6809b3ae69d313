#include "table/row_filter.h"

#include <chrono>
#include <memory>
#include <vector>

#include <catch2/catch.hpp>

#include "table/cell.h"
#include "table/duckdb_api.h"
#include "table/scanned_rows.h"
#include "unit/table/tables.h"

namespace mlops::table {
namespace {

const DuckDbApi& shared_api() {
  static const DuckDbApi kApi = load_duckdb(MLOPS_TEST_DUCKDB);
  return kApi;
}

std::unique_ptr<DuckDbFilter> filter_for(std::chrono::nanoseconds most_time) {
  static const CancelToken kCancel;
  const std::vector<FilterColumn> columns{{"x", FilterColumn::Type::number}};
  return std::make_unique<DuckDbFilter>(shared_api(), "x > 1", columns, most_time, kCancel);
}

void add_threes(RowFilter& filter, std::size_t rows) {
  ScannedColumn cells;
  for (std::size_t i = 0; i < rows; ++i) {
    cells.push_back(parse_cell("3"));
  }
  filter.add({&cells}, rows);
}

TEST_CASE("an expression that takes too long is stopped between its batches") {
  const auto filter = filter_for(std::chrono::nanoseconds(1));
  add_threes(*filter, 10);
  const Error late = error_of([&] { filter->finish(); });
  CHECK(late.kind() == ErrorKind::config);
  CHECK_THAT(late.message(), Catch::Contains("it takes longer than"));
}

TEST_CASE("the time of an expression is that of all its batches") {
  const auto filter = filter_for(std::chrono::milliseconds(1));
  // Each of them alone may be quicker.
  const Error late = error_of([&] {
    for (int batch = 0; batch < 100'000; ++batch) {
      add_threes(*filter, 2000);
    }
  });
  CHECK_THAT(late.message(), Catch::Contains("it takes longer than"));
}

TEST_CASE("an expression in time says of how many rows it is untrue") {
  const auto filter = filter_for(DuckDbFilter::kMostTime);
  for (int batch = 0; batch < 40; ++batch) {
    add_threes(*filter, 2000);
  }
  filter->finish();
  CHECK(filter->rows() == 80'000);
  CHECK(filter->untrue() == 0);
}

}  // namespace
}  // namespace mlops::table
