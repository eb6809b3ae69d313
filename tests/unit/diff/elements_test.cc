#include "diff/elements.h"

#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {
namespace {

using policy::Verdict;

ElementReport compare_cells(std::string_view old_text,
                            std::string_view new_text,
                            std::string_view policy = {},
                            OtherKeys other_keys = OtherKeys::refuse) {
  FakeEngine engine;
  CompareInput input;
  input.set.key = {"id"};
  input.old_table = engine.add("old.csv", old_text);
  input.new_table = engine.add("new.csv", new_text);
  input.old_name = "v1";
  input.new_name = "v2";
  input.other_keys = other_keys;
  input.digests = Digests::no;
  return compare_elements(
      engine,
      input,
      policy.empty() ? policy::Safeguards() : policy::parse_safeguards(policy, "safeguards.toml"),
      CancelToken());
}

constexpr std::string_view kExact = "schema = 1\n[diff.tolerance]\nrtol = 0.0\natol = 0.0\n";

TEST_CASE("cells are the same where their values are") {
  const ElementReport report =
      compare_cells("id,a\n1,0.5\n2,1\n3,\n4,nan\n5,x\n6,-0\n7,inf\n",
                    "id,a\n1,5e-1\n2,1.0\n3,\n4,NaN\n5,x\n6,0\n7,Infinity\n",
                    kExact);
  CHECK(report.matched == 7);
  CHECK(report.changed_rows == 0);
  CHECK(report.changed_cells == 0);
  CHECK(report.verdict == Verdict::pass);
}

TEST_CASE("each kind of change is counted") {
  const ElementReport report = compare_cells("id,a\n1,1\n2,\n3,7\n4,x\n5,2\n6,1\n7,1\n",
                                             "id,a\n1,\n2,3\n3,x\n4,9\n5,nan\n6,4\n7,1.000001\n");
  const ElementColumn& a = report.columns.at(0);
  CHECK(a.changed == 6);
  CHECK(a.within == 1);
  CHECK(a.became_null == 1);
  CHECK(a.was_null == 1);
  CHECK(a.type_changes == 2);
  CHECK(a.new_nonfinite == 2);
  CHECK(a.numbers == 1);
  CHECK(a.max_difference == 3.0);
  CHECK(a.mean_difference == 3.0);
  CHECK(report.changed_rows == 6);
  CHECK(report.verdict == Verdict::fail);  // new_nonfinite
}

TEST_CASE("without a tolerance every digit counts, and integers beyond 2^53 in any case") {
  const std::string_view old_text = "id,a\n1,0.1\n2,9007199254740992\n";
  const std::string_view new_text = "id,a\n1,0.1000000000000001\n2,9007199254740993\n";
  CHECK(compare_cells(old_text, new_text, kExact).changed_cells == 2);
  CHECK(compare_cells(old_text, new_text).changed_cells == 0);
}

TEST_CASE("a column may have a tolerance of its own") {
  const std::string_view policy =
      "schema = 1\n[diff.tolerance]\nrtol = 0.0\natol = 0.0\ncolumns = { b = { atol = 0.5 } }\n";
  const ElementReport report = compare_cells("id,a,b\n1,1,1\n", "id,a,b\n1,1.25,1.25\n", policy);
  CHECK(report.columns.at(0).changed == 1);
  CHECK(report.columns.at(1).changed == 0);
  CHECK(report.columns.at(1).within == 1);
}

TEST_CASE("the worst cells are those without a number, then those that moved most") {
  const ElementReport report =
      compare_cells("id,a\n1,1\n2,1\n3,1\n4,1\n5,1\n", "id,a\n1,2\n2,5\n3,x\n4,4\n5,3\n");
  const std::vector<ElementChange>& worst = report.columns.at(0).worst;
  REQUIRE(worst.size() == 3);
  CHECK(worst[0].key == "3");
  CHECK(worst[0].new_text == "x");
  CHECK_FALSE(worst[0].difference);
  CHECK(worst[1].key == "2");
  CHECK(worst[1].difference == 4.0);
  CHECK(worst[2].key == "4");
}

TEST_CASE("rows of one table make the tables not comparable, or fail when they are left out") {
  const std::string_view old_text = "id,a\n1,1\n2,1\n";
  const std::string_view new_text = "id,a\n1,1\n3,1\n";
  const ElementReport refused = compare_cells(old_text, new_text);
  CHECK(refused.only_old == 1);
  CHECK(refused.only_new == 1);
  CHECK(refused.verdict == Verdict::insufficient);
  CHECK(compare_cells(old_text, new_text, {}, OtherKeys::leave_out).verdict == Verdict::fail);
  CHECK_THROWS_AS(compare_cells("id,a\n1,1\n", "id,a\n2,1\n"), Error);
}

TEST_CASE("columns of one table are named, and the others compared in the old table's order") {
  const ElementReport report = compare_cells("b,id,a,c\n1,1,1,1\n", "a,d,id,b\n1,1,1,1\n");
  REQUIRE(report.columns.size() == 2);
  CHECK(report.columns[0].name == "b");
  CHECK(report.columns[1].name == "a");
  CHECK(report.added_columns == std::vector<std::string>{"d"});
  CHECK(report.removed_columns == std::vector<std::string>{"c"});
}

}  // namespace
}  // namespace mlops::diff::test
