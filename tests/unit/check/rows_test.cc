#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "check/row_hash.h"
#include "check/spill_sort.h"
#include "check/value_counts.h"
#include "support/temp_dir.h"
#include "unit/check/check_texts.h"

namespace mlops::check::test {
namespace {

std::string rule(const std::string& body) {
  return "[[check.c.rule]]\n" + body + "\n";
}

using RowNumbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("the number of rows has two ends") {
  const std::string body = rule("kind = \"rows\"\nmin = 2\nmax = 3");
  CHECK(judge_texts(body, {"x\n1\n2\n"}).verdict == Verdict::pass);
  CHECK(judge_texts(body, {"x\n1\n"}).verdict == Verdict::fail);
  const CheckReport many = judge_texts(body, {"x\n1\n2\n3\n4\n"});
  CHECK(outcome_of(many, "rows").rule.verdict == Verdict::fail);
  CHECK(outcome_of(many, "rows").rule.limit == "2..3");
  CHECK(judge_texts(rule("kind = \"rows\"\nmin = 1"), {"x\n"}).verdict == Verdict::fail);
}

TEST_CASE("a table without a row fails, unless a rule says how many there are") {
  const CheckReport none = judge_texts(rule("kind = \"duplicates\""), {"x\n"});
  CHECK(none.verdict == Verdict::fail);
  CHECK(outcome_of(none, "rows").rule.origin == policy::RuleOrigin::built_in);
  CHECK(judge_texts(rule("kind = \"rows\"\nmax = 9"), {"x\n"}).verdict == Verdict::fail);
  const CheckReport allowed =
      judge_texts(rule("kind = \"duplicates\"") + rule("kind = \"rows\"\nmin = 0"), {"x\n"});
  CHECK(allowed.verdict == Verdict::warn);
}

TEST_CASE("freshness is the age of the newest row") {
  const std::string body = rule("kind = \"freshness\"\ntime = \"x\"\nmax = \"2d\"");
  const CheckReport fresh = judge_texts(body, {"x\n2024-01-01\n2024-01-30T12:00:00Z\n"});
  CHECK(outcome_of(fresh, "freshness", "x").rule.figure.new_value == 1.0);
  CHECK(fresh.verdict == Verdict::pass);
  const CheckReport old = judge_texts(body, {"x\n2024-01-01\n2023-01-01\n"});
  CHECK(outcome_of(old, "freshness", "x").rule.verdict == Verdict::fail);
  CHECK(rows_of(outcome_of(old, "freshness", "x")) == RowNumbers{1});
  CHECK(outcome_of(judge_texts(body, {"x\n17\n"}), "freshness", "x").rule.verdict ==
        Verdict::insufficient);
  CHECK(outcome_of(judge_texts(body, {"y\n17\n"}), "freshness", "x").rule.verdict ==
        Verdict::insufficient);
}

TEST_CASE("duplicates are rows that repeat an earlier one, by value") {
  const std::string body = rule("kind = \"duplicates\"\nmax = 0.25");
  const CheckReport one = judge_texts(body, {"x,y\n1,a\n2,a\n1.0,a\n1,b\n"});
  const Outcome& outcome = outcome_of(one, "duplicates");
  CHECK(outcome.rule.figure.new_value == 0.25);
  CHECK(outcome.rule.verdict == Verdict::pass);
  CHECK(rows_of(outcome) == RowNumbers{3});
  const CheckReport columns = judge_texts(rule("kind = \"duplicates\"\ncolumns = [\"x\"]"),
                                          {"x,y\n1,a\n2,a\n1,c\n,d\n,e\n"});
  CHECK(rows_of(outcome_of(columns, "duplicates", "x")) == RowNumbers{3, 5});
  CHECK(columns.verdict == Verdict::fail);
  // "ab","c" is not "a","bc".
  CHECK(judge_texts(rule("kind = \"duplicates\""), {"x,y\nab,c\na,bc\n"}).verdict == Verdict::pass);
  const CheckReport empty = judge_texts(rule("kind = \"duplicates\""), {"x\n"});
  CHECK(outcome_of(empty, "duplicates").rule.effect == Verdict::warn);
  CHECK(judge_texts(rule("kind = \"duplicates\"\ncolumns = \"z\""), {"x\n1\n"}).verdict ==
        Verdict::warn);
}

TEST_CASE("a unique column repeats no value, but may lack some") {
  const std::string body = "[[check.c.column]]\nname = \"x\"\nunique = true\n";
  CHECK(judge_texts(body, {"x,y\n1,a\n2,a\n,a\n,b\n"}).verdict == Verdict::pass);
  const CheckReport report = judge_texts(body, {"x\n1\n2\n1.0\n2\n"});
  CHECK(outcome_of(report, "unique", "x").rule.figure.new_value == 2);
  CHECK(rows_of(outcome_of(report, "unique", "x")) == RowNumbers{3, 4});
}

TEST_CASE("a key of several columns names a row") {
  const std::string body = "key = [\"a\", \"b\"]\n";
  CHECK(judge_texts(body, {"a,b\n1,1\n1,2\n2,1\n"}).verdict == Verdict::pass);
  const CheckReport twice = judge_texts(body, {"a,b\n1,1\n1,2\n1,1\n"});
  CHECK(rows_of(outcome_of(twice, "key", "a, b")) == RowNumbers{3});
  const CheckReport partly = judge_texts(body, {"a,b\n1,1\n1,\n"});
  CHECK(outcome_of(partly, "key_nulls", "a, b").rule.verdict == Verdict::fail);
  CHECK(rows_of(outcome_of(partly, "key_nulls", "a, b")) == RowNumbers{2});
  CHECK(judge_texts(body, {"a\n1\n"}).verdict == Verdict::fail);
}

TEST_CASE("equal features with another label conflict") {
  const std::string body =
      "label = \"y\"\nkey = [\"id\"]\n" + rule("kind = \"conflicts\"\nmax = 0.4");
  const CheckReport report = judge_texts(body, {"id,x,y\n1,a,0\n2,a,1\n3,b,0\n4,b,0.0\n5,c,1\n"});
  const Outcome& outcome = outcome_of(report, "conflicts");
  CHECK(outcome.rule.figure.new_value == 0.4);
  CHECK(outcome.rule.verdict == Verdict::pass);
  CHECK(rows_of(outcome) == RowNumbers{1, 2});
  CHECK(
      outcome_of(judge_texts(body, {"id,x,y\n1,a,0\n2,a,\n"}), "conflicts").rule.figure.new_value ==
      0);
  CHECK(
      outcome_of(judge_texts(rule("kind = \"conflicts\""), {"x\n1\n"}), "conflicts").rule.verdict ==
      Verdict::insufficient);
}

TEST_CASE("what does not fit into memory is sorted through the file, to the same result") {
  std::string table = "x,y\n";
  for (int i = 0; i < 30'000; ++i) {
    table += std::to_string(i * 7919 % 25'000) + "," + std::to_string(i % 2) + "\n";
  }
  const std::string body = "label = \"y\"\n" + rule("kind = \"duplicates\"\ncolumns = \"x\"") +
                           rule("kind = \"conflicts\"");
  const CheckReport held = judge_texts(body, {table});
  const CheckReport spilled = judge_texts(body, {table, {}, {}, 1});
  for (const char* metric : {"duplicates", "conflicts"}) {
    const std::string column = std::string(metric) == "duplicates" ? "x" : "";
    const Outcome& a = outcome_of(held, metric, column);
    const Outcome& b = outcome_of(spilled, metric, column);
    CHECK(a.rule.detail == b.rule.detail);
    CHECK(rows_of(a) == rows_of(b));
  }
  CHECK(outcome_of(held, "duplicates", "x").rule.detail == "5,000 of 30,000 rows");
}

TEST_CASE("a sort gives back what it got in order, from memory and file") {
  const mlops::test::TempDir directory;
  SpillFile file(directory.path());
  file.share_memory(1, 1);
  SpillSort<HashedRow> rows(file);
  SpillSort<ValueCount> counts(file);
  constexpr std::uint64_t kMany = 50'000;
  for (std::uint64_t i = 0; i < kMany; ++i) {
    rows.add({{i * 7919 % kMany, 0}, 0, i});
    counts.add({i * 7919 % 40'000, 1});
  }
  CHECK(file.size() > 0);
  for (int pass = 0; pass < 2; ++pass) {
    auto cursor = rows.read();
    std::uint64_t seen = 0;
    for (; const auto row = cursor.next(); ++seen) {
      REQUIRE(row->hash.high == seen);
    }
    CHECK(seen == kMany);
    auto values = counts.read();
    std::uint64_t total = 0;
    std::uint64_t distinct = 0;
    while (const auto value = values.next()) {
      REQUIRE(value->value == distinct);
      ++distinct;
      total += value->count;
    }
    CHECK(distinct == 40'000);
    CHECK(total == kMany);
  }
}

TEST_CASE("few values stay in memory however often they stand") {
  const mlops::test::TempDir directory;
  SpillFile file(directory.path());
  file.share_memory(1, 1);
  SpillSort<ValueCount> counts(file);
  for (std::uint64_t i = 0; i < 300'000; ++i) {
    counts.add({i % 100, 1});
  }
  CHECK(file.size() == 0);
  auto cursor = counts.read();
  CHECK(cursor.next()->count == 3'000);
}

TEST_CASE("doubles have an order as integers") {
  double before = -std::numeric_limits<double>::infinity();
  for (const double next :
       {-1e308, -1.0, -5e-324, 0.0, 5e-324, 1.0, 1e308, std::numeric_limits<double>::infinity()}) {
    CHECK(ordered_bits(before) < ordered_bits(next));
    CHECK(number_of(ordered_bits(next)) == next);
    before = next;
  }
  CHECK(ordered_bits(-0.0) == ordered_bits(0.0));
}

}  // namespace mlops::check::test
