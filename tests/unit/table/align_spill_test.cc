// Tables that do not fit into the memory that is allowed are aligned in shares of their keys, with
// the same result.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "support/temp_dir.h"
#include "table/row_spill.h"
#include "unit/table/tables.h"

namespace mlops::table {
namespace {

constexpr std::uint64_t kLittle = std::uint64_t{2} << 20U;

std::unique_ptr<Engine> engine_of(std::uint64_t memory, const std::filesystem::path& directory) {
  EngineOptions options;
  options.library = MLOPS_TEST_DUCKDB;
  options.temp_directory = directory;
  options.threads = 2;
  options.memory_bytes = memory;
  return Engine::open(options);
}

/// 30,000 rows of about 60 bytes: far more than a MiB with their keys.
std::string many_rows(std::uint32_t seed, bool is_shuffled, const std::string& twice) {
  std::mt19937 random(seed);
  std::vector<int> ids;
  for (int id = 0; id < 30'000; ++id) {
    if (random() % 50 != 0) {
      ids.push_back(id);
    }
  }
  if (is_shuffled) {
    std::shuffle(ids.begin(), ids.end(), random);
  }
  std::string text = "id,name,p\n";
  for (const int id : ids) {
    const std::string key =
        id % 100 == 7 ? "\"a,\"\"" + std::to_string(id) + "\"" : std::to_string(id);
    text += key + ",customer number " + std::to_string(id * 7) + "," +
            std::to_string(random() % 10) + "\n";
    if (twice.find(std::to_string(id) + ";") != std::string::npos) {
      text += key + ",again," + std::to_string(random() % 10) + "\n";
    }
  }
  return text;
}

struct Aligned {
  std::vector<std::string> rows;
  Alignment counts;
};

Aligned align(Tables& tables, Engine& engine) {
  Aligned result;
  result.rows = tables.align(engine);
  result.counts = tables.counts;
  std::sort(result.rows.begin(), result.rows.end());
  return result;
}

void check_same(const Aligned& a, const Aligned& b) {
  CHECK(a.counts.matched == b.counts.matched);
  CHECK(a.counts.only_old == b.counts.only_old);
  CHECK(a.counts.only_new == b.counts.only_new);
  CHECK(a.counts.dropped_old == b.counts.dropped_old);
  CHECK(a.counts.dropped_new == b.counts.dropped_new);
  CHECK(a.counts.duplicate_keys_old == b.counts.duplicate_keys_old);
  CHECK(a.counts.first_duplicates == b.counts.first_duplicates);
  CHECK((a.rows == b.rows));
}

}  // namespace

TEST_CASE("rows that do not fit into memory are aligned in shares, with the same result") {
  const std::string twice = "70;701;9003;15000;20001;20002;29999;";
  Tables tables(many_rows(1, false, twice), many_rows(2, true, twice));
  tables.request.keys = {"id"};
  tables.request.columns = {"name", "p"};
  const test::TempDir spill;
  const auto small = engine_of(kLittle, spill / "");
  for (const Duplicates duplicates : {Duplicates::occurrence, Duplicates::drop}) {
    tables.request.duplicates = duplicates;
    const Aligned whole = align(tables, shared_engine());
    CHECK(whole.counts.only_old > 100);
    CHECK(whole.counts.duplicate_keys_old > 3);
    check_same(align(tables, *small), whole);
  }
  tables.request.duplicates = Duplicates::error;
  CHECK_THROWS_AS(tables.align(*small), Error);
  // Nothing stays behind.
  CHECK(std::filesystem::is_empty(spill / ""));
}

TEST_CASE("rows without a key are paired by their order in shares, too") {
  Tables tables(many_rows(1, false, ""), many_rows(1, false, ""));
  tables.request.columns = {"id", "name", "p"};
  const test::TempDir spill;
  const auto small = engine_of(kLittle, spill / "");
  check_same(align(tables, *small), align(tables, shared_engine()));
}

TEST_CASE("more rows of one key than fit into memory are refused, not cut") {
  std::string text = "id,name\n";
  for (int row = 0; row < 60'000; ++row) {
    text += "1,a rather long name of a customer " + std::to_string(row) + "\n";
  }
  Tables tables(text, text);
  tables.request.keys = {"id"};
  tables.request.columns = {"name"};
  tables.request.duplicates = Duplicates::occurrence;
  const test::TempDir spill;
  const auto small = engine_of(kLittle, spill / "");
  CHECK_THROWS_WITH(tables.align(*small), Catch::Contains("of memory that are allowed"));
}

TEST_CASE("spilled rows come back as they were, however long") {
  const test::TempDir directory;
  RowSpill spill(directory / "", 3, 2);
  std::vector<std::vector<std::string>> rows;
  for (std::uint32_t row = 0; row < 5000; ++row) {
    rows.push_back({std::string(row % 300, 'x'), row == 777 ? std::string(700'000, 'y') : ""});
    const Fields fields{rows.back()[0], rows.back()[1]};
    spill.append(row % 3, row, fields);
  }
  for (std::size_t share = 0; share < 3; ++share) {
    const CancelToken cancel;
    const auto feed = spill.feed(share, cancel);
    for (int again = 0; again < 2; ++again) {
      auto expected = static_cast<std::uint32_t>(share);
      std::size_t since = 0;
      CHECK(feed->each(
          [&](const Fields& fields, std::uint32_t row) {
            CHECK(row == expected);
            CHECK((fields[0] == rows[row][0] && fields[1] == rows[row][1]));
            expected += 3;
            CHECK(++since <= 2048);
            return true;
          },
          [&] { since = 0; }));
      CHECK(expected >= 5000);
    }
    CHECK_FALSE(feed->each([](const Fields&, std::uint32_t) { return false; }, [] {}));
  }
}

}  // namespace mlops::table
