#include "diff/slice_search.h"

#include <random>
#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {
namespace {

SliceSearch search(const policy::PredictionSet& set,
                   std::string_view before,
                   std::string_view after,
                   std::vector<std::string> columns) {
  return *compare_texts(set, before, after, {}, OtherKeys::refuse, std::move(columns)).search;
}

policy::PredictionSet labels_set() {
  policy::PredictionSet set = binary_set();
  set.probabilities.clear();
  set.positive.reset();
  set.prediction = "m";
  return set;
}

/// 1,200 rows, all right before; after, rows of a = 1 and b = 2 are wrong half of the time, all
/// others one time in fifty.
std::pair<std::string, std::string> planted() {
  std::mt19937 random(4);
  std::pair<std::string, std::string> texts{"id,y,m,a,b,id2\n", "id,y,m,a,b,id2\n"};
  for (int id = 0; id < 1200; ++id) {
    const int a = static_cast<int>(random() % 3);
    const int b = static_cast<int>(random() % 3);
    const bool wrong = a == 1 && b == 2 ? random() % 2 == 0 : random() % 50 == 0;
    const std::string tail =
        "," + std::to_string(a) + "," + std::to_string(b) + ",t" + std::to_string(id) + "\n";
    const std::string head = std::to_string(id) + ",1,";
    texts.first += head + "1" + tail;
    texts.second += head + (wrong ? "0" : "1") + tail;
  }
  return texts;
}

}  // namespace

TEST_CASE("a planted crossing is found, first and by its own name") {
  const auto [before, after] = planted();
  const SliceSearch found = search(labels_set(), before, after, {"a", "b"});
  CHECK(found.what == "negative_flip_rate");
  CHECK(found.tested == 3 + 3 + 9);
  REQUIRE_FALSE(found.found.empty());
  CHECK(found.found[0].columns == "a*b");
  CHECK(found.found[0].value == "1*2");
  CHECK(found.found[0].p_adjusted < 1e-9);
  for (const FoundSlice& slice : found.found) {
    // Its columns hold it, and nothing else does.
    CHECK((slice.value == "1*2" || (slice.columns == "a" && slice.value == "1") ||
           (slice.columns == "b" && slice.value == "2")));
    CHECK(slice.p_adjusted <= 0.05);
  }
}

TEST_CASE("noise is not found: the correction is over all that was tested") {
  std::mt19937 random(12);
  int searches_with_finds = 0;
  for (int round = 0; round < 40; ++round) {
    std::string before = "id,y,m,a,b,c\n";
    std::string after = before;
    for (int id = 0; id < 400; ++id) {
      std::string tail;
      for (int column = 0; column < 3; ++column) {
        tail += "," + std::to_string(random() % 4);
      }
      const std::string head = std::to_string(id) + ",1,";
      before += head + "1" + tail + "\n";
      after += head + (random() % 10 == 0 ? "0" : "1") + tail + "\n";
    }
    searches_with_finds += search(labels_set(), before, after, {"*"}).found.empty() ? 0 : 1;
  }
  // At five per cent two are expected; without the correction nearly every search finds some.
  CHECK(searches_with_finds <= 5);
}

TEST_CASE("all columns that have no other use; too many values are told") {
  const auto [before, after] = planted();
  const SliceSearch found = search(labels_set(), before, after, {"*"});
  CHECK(found.columns == std::vector<std::string>{"a", "b", "id2"});
  CHECK(found.left_out == std::vector<std::string>{"id2"});
  CHECK(found.tested == 15);
}

TEST_CASE("slices of too few rows, and the same rows twice, are not tested") {
  std::string before = "id,y,m,a,same\n";
  std::string after = before;
  for (int id = 0; id < 100; ++id) {
    const std::string a = id < 29 ? "few" : "many";
    const std::string tail = "," + a + "," + a + "-too\n";
    before += std::to_string(id) + ",1,1" + tail;
    after += std::to_string(id) + ",1," + (id < 29 ? "0" : "1") + tail;
  }
  const SliceSearch found = search(labels_set(), before, after, {"a", "same"});
  CHECK(found.tested == 2);  // "many" of each column; their crossing is the same rows
  CHECK(found.found.empty());
}

TEST_CASE("of numbers a row got worse when its error grew; without labels when it changed") {
  std::string before = "id,y,pred,g\n";
  std::string after = before;
  for (int id = 0; id < 200; ++id) {
    const std::string g = id % 4 == 0 ? "x" : "o";
    before += std::to_string(id) + ",5,4," + g + "\n";
    after += std::to_string(id) + ",5," + (id % 4 == 0 ? "9" : "5") + "," + g + "\n";
  }
  const SliceSearch labelled = search(regression_set(), before, after, {"g"});
  CHECK(labelled.what == "worsened_rate");
  REQUIRE(labelled.found.size() == 1);
  CHECK(labelled.found[0].value == "x");
  CHECK(labelled.found[0].worse == 50);
  policy::PredictionSet unlabelled = regression_set();
  unlabelled.label.reset();
  const SliceSearch changed = search(unlabelled, before, after, {"g"});
  CHECK(changed.what == "churn");
  CHECK(changed.worse == 200);
  CHECK(changed.found.empty());
}

TEST_CASE("a column that is nowhere is an error") {
  const auto [before, after] = planted();
  CHECK_THROWS_AS(search(labels_set(), before, after, {"nosuch"}), Error);
}

}  // namespace mlops::diff::test
