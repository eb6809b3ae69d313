#include "diff/slices.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "diff/slice_values.h"
#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {

TEST_CASE("crossings, and slices that add up to the whole") {
  policy::PredictionSet set = binary_set();
  set.slices = {"c", "c*d"};
  std::string before = "id,y,p,c,d\n";
  std::string after = before;
  for (int i = 0; i < 60; ++i) {
    const std::string tail =
        std::string(i % 3 == 0 ? ",FR" : ",DE") + (i % 2 == 0 ? ",a" : ",") + "\n";
    const std::string head = std::to_string(i) + "," + std::to_string(i % 2) + ",";
    before += head + "0." + std::to_string(1 + i % 8) + tail;
    after += head + "0." + std::to_string(1 + (i * 3) % 8) + tail;
  }
  const auto report = compare_texts(set, before, after);
  for (const std::string column : {"c", "c*d"}) {
    Counts total;
    for (const Slice& slice : report.slices) {
      if (slice.column == column) {
        total.matched += slice.counts.matched;
        total.changed += slice.counts.changed;
        total.negative_flips += slice.counts.negative_flips;
        total.positive_flips += slice.counts.positive_flips;
        total.both_wrong += slice.counts.both_wrong;
      }
    }
    CHECK(total.matched == report.counts.matched);
    CHECK(total.changed == report.counts.changed);
    CHECK(total.negative_flips == report.counts.negative_flips);
    CHECK(total.positive_flips == report.counts.positive_flips);
    CHECK(total.both_wrong == report.counts.both_wrong);
  }
  CHECK(report.counts.changed > 0);
  CHECK(report.slices[0].value == "DE");
  CHECK(report.slices[2].value == "DE*a");
  CHECK(report.slices[3].value == "DE*(none)");
}

TEST_CASE("many numbers become quartiles") {
  SliceValues values("age");
  std::vector<std::string> texts;
  for (int i = 1; i <= 100; ++i) {
    texts.push_back(std::to_string(i));
  }
  for (int i = 0; i < 100; ++i) {
    table::Cell cell;
    cell.kind = table::Cell::Kind::number;
    cell.number = i + 1;
    cell.text = texts[static_cast<std::size_t>(i)];
    values.add(cell);
  }
  const SliceColumn column = values.finish();
  REQUIRE(column.values.size() == 5);
  CHECK(column.values[0] == "<= 25.75");
  CHECK(column.codes[0] == 0);
  CHECK(column.codes[25] == 1);
  CHECK(column.codes[99] == 3);
}

TEST_CASE("a slice column that is not there is an error of the set, not of a rule for all sets") {
  policy::PredictionSet set = binary_set();
  const std::string text = "id,y,p,country\n1,1,.9,FR\n2,0,.1,DE\n";
  set.slices = {"contry"};
  try {
    compare_texts(set, text, text);
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.hint().find("country") != std::string::npos);
  }
  set.slices.clear();
  const auto report = compare_texts(
      set,
      text,
      text,
      "schema = 1\n[[diff.rule]]\nmetric = \"accuracy\"\nmin = 0\nslices = [\"ward\"]\n");
  CHECK(rule_of(report, "accuracy", "ward").verdict == policy::Verdict::skipped);
}

}  // namespace mlops::diff::test
