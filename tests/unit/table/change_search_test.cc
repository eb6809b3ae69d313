#include <algorithm>
#include <list>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "support/generated_tables.h"
#include "table/cell_changes.h"
#include "unit/table/tables.h"

namespace mlops::table {
namespace {

/// Everything that sinks were told, in no order.
class Told final : public ChangeSinks {
 public:
  ChangeSink& add() override { return sinks_.emplace_back(); }
  void clear() override { sinks_.clear(); }

  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    for (const Sink& sink : sinks_) {
      all.insert(all.end(), sink.lines.begin(), sink.lines.end());
    }
    std::sort(all.begin(), all.end());
    return all;
  }
  std::size_t sinks() const { return sinks_.size(); }

 private:
  struct Sink final : ChangeSink {
    void set_columns(const std::vector<std::string>& columns) override { names = columns; }
    void differs(const KeyTexts& key, std::span<const CellTexts> cells) override {
      std::string line = text_of(key) + ":";
      for (const CellTexts& cell : cells) {
        line += " " + names[cell.column] + " ";
        line.append(cell.old_text).append(" -> ").append(cell.new_text);
      }
      lines.push_back(line);
    }
    void single(TableSide side, const KeyTexts& key) override {
      lines.push_back((side == TableSide::old_table ? "only old " : "only new ") + text_of(key));
    }
    static std::string text_of(const KeyTexts& key) {
      std::string text;
      for (const std::string_view cell : key) {
        text.append("[").append(cell).append("]");
      }
      return text;
    }
    std::vector<std::string> names;
    std::vector<std::string> lines;
  };
  std::list<Sink> sinks_;
};

struct Found {
  std::vector<std::string> lines;
  ChangeSummary summary;
  std::string error;
};

std::unique_ptr<Engine> open_with(EngineOptions::Reader reader,
                                  unsigned threads,
                                  std::size_t part_bytes) {
  static const test::TempDir kTemp;
  EngineOptions options;
  options.library = MLOPS_TEST_DUCKDB;
  options.temp_directory = kTemp / "";
  options.threads = threads;
  options.memory_bytes = std::uint64_t{512} << 20U;
  options.reader = reader;
  options.part_bytes = part_bytes;
  return Engine::open(options);
}

Found find(Engine& engine, const ChangeRequest& request) {
  Found found;
  Told told;
  try {
    found.summary = engine.find_changes(request, told, CancelToken());
    found.lines = told.lines();
  } catch (const Error& error) {
    found.error = error.message() + error.hint();
  }
  return found;
}

class Pair {
 public:
  Pair(std::string_view old_text, std::string_view new_text) {
    test::write_file(temp_ / "old.csv", old_text);
    test::write_file(temp_ / "new.csv", new_text);
    request.old_table = source_at(temp_ / "old.csv", "old.csv");
    request.new_table = source_at(temp_ / "new.csv", "new.csv");
    request.keys = {"id"};
  }
  ChangeRequest request;

 private:
  test::TempDir temp_;
};

void check_same(const Found& fast, const Found& general) {
  REQUIRE(fast.error == general.error);
  REQUIRE(fast.lines == general.lines);
  const Alignment& a = fast.summary.alignment;
  const Alignment& b = general.summary.alignment;
  REQUIRE(a.old_rows == b.old_rows);
  REQUIRE(a.new_rows == b.new_rows);
  REQUIRE(a.matched == b.matched);
  REQUIRE(a.only_old == b.only_old);
  REQUIRE(a.only_new == b.only_new);
  REQUIRE(a.duplicate_keys_old == b.duplicate_keys_old);
  REQUIRE(a.duplicate_keys_new == b.duplicate_keys_new);
  REQUIRE(a.dropped_old == b.dropped_old);
  REQUIRE(a.first_duplicates == b.first_duplicates);
  REQUIRE(a.added_columns == b.added_columns);
  REQUIRE(a.removed_columns == b.removed_columns);
  REQUIRE(fast.summary.columns == general.summary.columns);
}

/// Compares with the general reader and says how often the fast one did it.
int check_generated(test::GeneratedPair::Kind kind, std::uint32_t first, std::uint32_t count) {
  const auto general = open_with(EngineOptions::Reader::general, 2, 1);
  const std::unique_ptr<Engine> fast[] = {
      open_with(EngineOptions::Reader::fast_where_it_can, 1, std::size_t{8} << 20U),
      open_with(EngineOptions::Reader::fast_where_it_can, 2, 300),
      open_with(EngineOptions::Reader::fast_where_it_can, 2, 2000)};
  int fast_ones = 0;
  for (std::uint32_t seed = first; seed < first + count; ++seed) {
    const test::GeneratedPair generated(seed, kind);
    Pair pair(generated.old_text, generated.new_text);
    pair.request.keys = generated.keys;
    pair.request.duplicates = seed % 3 == 0   ? Duplicates::error
                              : seed % 3 == 1 ? Duplicates::occurrence
                                              : Duplicates::drop;
    CAPTURE(seed);
    const Found expected = find(*general, pair.request);
    REQUIRE_FALSE(expected.summary.path.is_fast);
    for (const std::unique_ptr<Engine>& engine : fast) {
      const Found found = find(*engine, pair.request);
      check_same(found, expected);
      REQUIRE((!found.error.empty() ||
               found.summary.path.is_fast == found.summary.path.why_not.empty()));
      fast_ones += found.summary.path.is_fast ? 1 : 0;
    }
  }
  return fast_ones / 3;
}

TEST_CASE("the fast reader finds what the general one finds, in clean tables") {
  CHECK(check_generated(test::GeneratedPair::Kind::clean, 1, 24) * 100 >= 24 * 70);
}

TEST_CASE("the fast reader finds what the general one finds, or leaves it to that one") {
  const int fast = check_generated(test::GeneratedPair::Kind::any, 1000, 32);
  CHECK(fast > 4);
  CHECK(fast < 30);
}

Found find_fast(const Pair& pair, std::size_t part_bytes = std::size_t{8} << 20U) {
  return find(*open_with(EngineOptions::Reader::fast_where_it_can, 2, part_bytes), pair.request);
}

TEST_CASE("cells whose bytes differ are told, with the key, and no others") {
  const Pair pair("id,a,b\n1,x,0.5\n2,y,1\n3,z,\n", "id,a,b\n1,x,0.50\n2,w,2\n3,z,\n");
  const Found found = find_fast(pair);
  CHECK(found.summary.path.is_fast);
  CHECK(found.summary.columns == std::vector<std::string>{"a", "b"});
  CHECK(found.lines == std::vector<std::string>{"[1]: b 0.5 -> 0.50", "[2]: a y -> w b 1 -> 2"});
}

TEST_CASE("rows that one table has are told with its side") {
  const Pair pair("id,a\n1,x\n2,y\n4,z\n", "id,a\n2,y\n3,z\n4,z\n5,z\n");
  const Found found = find_fast(pair);
  CHECK(found.summary.path.is_fast);
  CHECK(found.lines == std::vector<std::string>{"only new [3]", "only new [5]", "only old [1]"});
  CHECK(found.summary.alignment.matched == 2);
}

TEST_CASE("why the general reader was needed is said") {
  const auto why = [](std::string_view old_text, std::string_view new_text) {
    const Pair pair(old_text, new_text);
    const Found found = find_fast(pair);
    CHECK(found.error.empty());
    CHECK_FALSE(found.summary.path.is_fast);
    return found.summary.path.why_not;
  };
  const std::string clean = "id,a\n1,x\n2,y\n";
  CHECK(why("id,a\n1,\"x\"\n2,y\n", clean) == "a quote");
  CHECK(why(clean, "id,a\n1,x\n2,\"y\"\n") == "a quote");
  CHECK(why(clean, "id,a\n1,x\n\n2,y\n") == "an empty line");
  CHECK(why(clean, "\"id\",a\n1,x\n2,y\n") == "a header with quotes or other special bytes");
  CHECK(why("id,a\n1.0,x\n2,y\n", clean) == "a key that is a number spelled in an unusual way");
}

TEST_CASE("a number spelled in an unusual way is found in tables of no common order, too") {
  std::string old_text = "id,a\n";
  std::string new_text = "id,a\n";
  for (int i = 0; i < 500; ++i) {
    old_text += std::to_string(i * 7 % 500) + ",x\n";
    new_text += std::to_string(i * 13 % 500) + ",x\n";
  }
  const std::string odd = "7.00,x\n";
  for (const auto& [before, after] :
       {std::pair{old_text, new_text + odd}, std::pair{old_text + odd, new_text}}) {
    const Pair pair(before, after);
    const Found found = find_fast(pair);
    CHECK_FALSE(found.error.empty());  // the general reader says that 7 stands twice
  }
}

TEST_CASE("a key that stands twice is found wherever it stands") {
  const auto twice = [](std::string_view old_text, std::string_view new_text) {
    Pair pair(old_text, new_text);
    pair.request.duplicates = Duplicates::occurrence;
    const Found found = find_fast(pair);
    CHECK(found.summary.path.why_not == "a key that stands twice");
    return found.summary.alignment.duplicate_keys_old * 10 +
           found.summary.alignment.duplicate_keys_new;
  };
  CHECK(twice("id,a\n1,x\n1,y\n", "id,a\n1,x\n") == 10);
  CHECK(twice("id,a\n1,x\n2,y\n1,z\n", "id,a\n1,x\n2,y\n1,z\n") == 11);
  CHECK(twice("id,a\n1,x\n2,y\n", "id,a\n1,x\n2,y\n1,z\n") == 1);
  CHECK(twice("id,a\n2,x\n1,y\n", "id,a\n1,x\n2,y\n2,z\n") == 1);
  CHECK(twice("id,a\n1,x\n", "id,a\n3,x\n1,y\n3,z\n") == 1);
}

TEST_CASE("what the fast reader was told before it gave up is void") {
  std::string old_text = "id,a\n";
  std::string new_text = "id,a\n";
  for (int i = 0; i < 5000; ++i) {
    old_text += std::to_string(i) + ",x\n";
    new_text += std::to_string(i) + (i % 2 == 0 ? ",x\n" : ",y\n");
  }
  const Pair pair(old_text, new_text + "5000,\"z\"\n");
  const Found found = find_fast(pair, 1000);
  CHECK_FALSE(found.summary.path.is_fast);
  CHECK(found.lines.size() == 2501);
}

}  // namespace
}  // namespace mlops::table
