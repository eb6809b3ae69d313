#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "unit/check/check_texts.h"

namespace mlops::check::test {
namespace {

std::string outliers(const std::string& body, const std::string& head = {}) {
  return head + "[[check.c.rule]]\nkind = \"outliers\"\n" + body + "\n";
}

/// 0 to 99, so that the quartiles are 24.75 and 74.25, the fences -123.75 and 222.75, and more.
std::string numbers_and(const std::vector<std::string>& more) {
  std::vector<std::string> values;
  for (int i = 0; i < 100; ++i) {
    values.push_back(std::to_string(i * 37 % 100));
  }
  values.insert(values.end(), more.begin(), more.end());
  return column_x(values);
}

}  // namespace

TEST_CASE("numbers far beyond the quartiles are outliers, the farthest first") {
  CHECK(judge_texts(outliers("max = 0"), {numbers_and({"200", "-100"})}).verdict == Verdict::pass);
  const CheckReport report =
      judge_texts(outliers("max = 0.01"), {numbers_and({"300", "-900", "", "nan", "inf"})});
  const Outcome& outcome = outcome_of(report, "outliers", "x");
  CHECK(outcome.rule.verdict == Verdict::fail);
  CHECK(outcome.rule.figure.new_value == Approx(3.0 / 103));
  CHECK(rows_of(outcome) == std::vector<std::uint64_t>{105, 102, 101});
  CHECK(outcome.rule.detail.find("3 of 103 numbers beyond ") == 0);
}

TEST_CASE("only the farthest five rows are shown, of equal ones the first") {
  const CheckReport report = judge_texts(
      outliers("max = 0"),
      {numbers_and({"5000", "5000", "5000", "5000", "5000", "5000", "-9000", "-8000"})});
  CHECK(rows_of(outcome_of(report, "outliers", "x")) ==
        std::vector<std::uint64_t>{107, 108, 101, 102, 103});
}

TEST_CASE("the fences are those of the baseline, a table or a profile") {
  const std::string body = outliers("max = 0", "baseline = \"base.csv\"\n");
  std::vector<std::string> high;
  for (int i = 0; i < 100; ++i) {
    high.push_back(std::to_string(1000 + i));
  }
  const std::string table = column_x(high);
  CHECK(judge_texts(outliers("max = 0"), {table}).verdict == Verdict::pass);
  const std::string base = numbers_and({});
  CHECK(outcome_of(judge_texts(body, {table, base}), "outliers", "x").rule.figure.new_value == 1);
  Texts texts{table};
  texts.profiled = {base};
  CHECK(outcome_of(judge_texts(body, texts), "outliers", "x").rule.figure.new_value == 1);
}

TEST_CASE("a column without fences lacks evidence where it is named, and is noted where not") {
  std::vector<std::string> flags(50, "0");
  flags.resize(60, "1");
  const std::string table = column_x(flags);
  const CheckReport named = judge_texts(outliers("max = 0\ncolumns = [\"x\", \"z\"]"), {table});
  CHECK(outcome_of(named, "outliers", "x").rule.verdict == Verdict::insufficient);
  CHECK(outcome_of(named, "outliers", "z").rule.reason == "there is no such column");
  const CheckReport all = judge_texts(outliers("max = 0"), {table});
  CHECK(outcome_of(all, "outliers").rule.verdict == Verdict::insufficient);
  CHECK(all.notes == std::vector<std::string>{"outliers: too few different numbers in 'x'"});
  const CheckReport few = judge_texts(outliers("max = 0\ncolumns = \"x\""), {column_x({"1", "2"})});
  CHECK(outcome_of(few, "outliers", "x").rule.reason == "n=2 < 30");
}

}  // namespace mlops::check::test
