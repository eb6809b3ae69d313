#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "unit/check/check_texts.h"

namespace mlops::check::test {
namespace {

std::string column(const std::string& body) {
  return "[[check.c.column]]\nname = \"x\"\n" + body + "\n";
}

/// One rule on x: `good` passes, and `good` with `bad` in its last row fails and names that row.
void plant(const std::string& body,
           const std::string& metric,
           const std::vector<std::string>& good,
           const std::string& bad) {
  INFO(body << " and " << bad);
  const CheckReport clean = judge_texts(column(body), {column_x(good)});
  CHECK(outcome_of(clean, metric, "x").rule.verdict == Verdict::pass);
  CHECK(clean.verdict == Verdict::pass);
  std::vector<std::string> values = good;
  values.push_back(bad);
  const CheckReport broken = judge_texts(column(body), {column_x(values)});
  const Outcome& outcome = outcome_of(broken, metric, "x");
  CHECK(outcome.rule.verdict == Verdict::fail);
  CHECK(broken.verdict == Verdict::fail);
  CHECK(outcome.rule.figure.new_value == 1);
  REQUIRE(outcome.examples.size() == 1);
  CHECK(outcome.examples[0].row == values.size());
  CHECK(outcome.examples[0].value == bad);
}

}  // namespace

TEST_CASE("each rule on values passes clean data and finds one planted fault") {
  plant("type = \"int\"", "type", {"1", "-2", "3.0", "4e0", ""}, "4.5");
  plant("type = \"int\"", "type", {"1"}, "nan");
  plant("type = \"int\"", "type", {"1"}, "inf");
  plant("type = \"int\"", "type", {"1"}, "NA");
  plant("type = \"float\"", "type", {"1", "2.5", "nan", "-inf", ""}, "abc");
  plant("type = \"bool\"", "type", {"true", "False", "TRUE"}, "1");
  plant("type = \"date\"", "type", {"2024-02-29", ""}, "2023-02-29");
  plant("type = \"timestamp\"", "type", {"2024-02-29 10:00:00"}, "2024-02-29");
  plant("min = 0\nmax = 120", "range", {"0", "120", "", "nan"}, "121");
  plant("min = 0", "range", {"0"}, "-inf");
  plant("max = 0.5", "range", {"0.5"}, "text");
  plant("type = \"date\"\nmin = \"2020-01-01\"", "range", {"2020-01-01"}, "2019-12-31");
  plant("type = \"timestamp\"\nmax = 2024-01-01T00:00:00Z",
        "range",
        {"2024-01-01 00:00:00"},
        "2024-01-01 00:00:00.000001");
  plant("values = [\"FR\", \"DE\"]", "values", {"FR", "DE", ""}, "fr");
  plant("values = [1, 2.5]", "values", {"1", "1.0", "2.50"}, "2");
  plant("type = \"bool\"\nvalues = [true]", "values", {"true", "True"}, "false");
  plant("regex = \"[a-z]+[0-9]?\"", "regex", {"ab", "ab1", ""}, "ab12");
  plant("min_length = 2\nmax_length = 3", "length", {"ab", "äöü"}, "abcd");
}

TEST_CASE("what is not of the type breaks no range") {
  const CheckReport report =
      judge_texts(column("type = \"int\"\nmin = 0"), {column_x({"1", "x", "-1"})});
  CHECK(outcome_of(report, "type", "x").rule.figure.new_value == 1);
  CHECK(outcome_of(report, "range", "x").rule.figure.new_value == 1);
  CHECK(rows_of(outcome_of(report, "range", "x")) == std::vector<std::uint64_t>{3});
}

TEST_CASE("null, NaN and infinities are shares apart") {
  const std::string body = column("nullable = 0.25");
  const CheckReport clean = judge_texts(body, {column_x({"", "1", "2", "nan"})});
  CHECK(outcome_of(clean, "null_share", "x").rule.figure.new_value == 0.25);
  CHECK(outcome_of(clean, "nan_share", "x").rule.verdict == Verdict::pass);
  CHECK_THROWS(outcome_of(clean, "inf_share", "x"));
  const CheckReport report = judge_texts(body, {column_x({"", "", "inf", "-inf", "1"})});
  CHECK(outcome_of(report, "null_share", "x").rule.verdict == Verdict::fail);
  CHECK(outcome_of(report, "inf_share", "x").rule.verdict == Verdict::fail);
  CHECK(report.columns.at(0).nulls == 2);
  CHECK(report.columns.at(0).infinities == 2);
  CHECK(report.columns.at(0).numbers == 1);
}

TEST_CASE("nulls that are spelled are counted and told, not judged") {
  const CheckReport report =
      judge_texts(column("type = \"string\""), {column_x({"NA", "", "null", "NA", "Namibia"})});
  CHECK(report.verdict == Verdict::pass);
  CHECK(report.columns.at(0).spelled_nulls == 3);
  CHECK(report.columns.at(0).spellings == std::vector<std::string>{"NA", "null"});
  REQUIRE(report.notes.size() == 1);
  CHECK(report.notes[0] == "x: 3 values spell null as text ('NA', 'null'), 1 is empty");
}

TEST_CASE("a rule about no value at all lacks evidence") {
  for (const std::string& table : {std::string("x\n"), column_x({"", "", ""})}) {
    const CheckReport report = judge_texts(column("min = 0"), {table});
    CHECK(outcome_of(report, "range", "x").rule.verdict == Verdict::insufficient);
    CHECK(outcome_of(report, "range", "x").rule.effect == Verdict::warn);
  }
  const CheckReport strict =
      judge_texts("on_insufficient = \"fail\"\n" + column("min = 0"), {column_x({"", ""})});
  CHECK(strict.verdict == Verdict::insufficient);
  CHECK(outcome_of(judge_texts(column("nullable = 0"), {"x\n"}), "null_share", "x").rule.verdict ==
        Verdict::insufficient);
}

TEST_CASE("a missing column fails where it is required, and its rules are skipped") {
  const CheckReport report =
      judge_texts(column("required = true\nmin = 0\nunique = true"), {"y\n1\n"});
  CHECK(outcome_of(report, "required", "x").rule.verdict == Verdict::fail);
  CHECK(outcome_of(report, "range", "x").rule.verdict == Verdict::skipped);
  CHECK(report.verdict == Verdict::fail);
  const CheckReport optional = judge_texts(column("min = 0"), {"y\n1\n"});
  CHECK(optional.verdict == Verdict::insufficient);
}

TEST_CASE("only the first rows are named, all are counted") {
  const CheckReport report =
      judge_texts(column("max = 0"), {column_x({"1", "0", "1", "1", "1", "1", "1", "1"})});
  const Outcome& outcome = outcome_of(report, "range", "x");
  CHECK(outcome.rule.figure.new_value == 7);
  CHECK(outcome.rule.detail == "7 of 8 values");
  CHECK(rows_of(outcome) == std::vector<std::uint64_t>{1, 3, 4, 5, 6});
}

TEST_CASE("a regular expression takes no longer than its value, whatever it is") {
  const std::string evil = column("regex = \"(a+)+b\"");
  const std::string text(20'000, 'a');
  CHECK(outcome_of(judge_texts(evil, {column_x({text})}), "regex", "x").rule.verdict ==
        Verdict::fail);
  CHECK_THROWS_WITH(judge_texts(column("regex = \"(a)\\\\1\""), {"x\naa\n"}),
                    Catch::Contains("back reference"));
}

TEST_CASE("described columns may have to stand in order") {
  const std::string body =
      "ordered = true\n[[check.c.column]]\nname = \"a\"\n[[check.c.column]]\nname = \"b\"\n";
  CHECK(judge_texts(body, {"a,other,b\n1,2,3\n"}).verdict == Verdict::pass);
  CHECK(judge_texts(body, {"b\n3\n"}).verdict == Verdict::pass);
  const CheckReport report = judge_texts(body, {"b,a\n1,2\n"});
  CHECK(report.verdict == Verdict::fail);
  CHECK(outcome_of(report, "order").rule.reason == "'b' stands before 'a'");
}

}  // namespace mlops::check::test
