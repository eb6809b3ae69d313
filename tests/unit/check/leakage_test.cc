#include <string>

#include <catch2/catch.hpp>

#include "unit/check/check_texts.h"

namespace mlops::check::test {
namespace {

std::string leakage(const std::string& body) {
  return "label = \"y\"\n" + std::string("[[check.c.rule]]\nkind = \"leakage\"\n") +
         "against = \"valid.csv\"\n" + body + "\n";
}

using RowNumbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("validation rows whose features were trained on leak, whatever their label") {
  const CheckReport report =
      judge_texts(leakage(""), {"a,b,y\n1,x,0\n2,y,1\n", {}, "b,a,y\nx,1.0,1\nz,1,0\n"});
  const Outcome& outcome = outcome_of(report, "leakage exact");
  CHECK(outcome.rule.figure.new_value == 0.5);
  CHECK(outcome.rule.verdict == Verdict::fail);
  CHECK(rows_of(outcome) == RowNumbers{1});
  CHECK(outcome.examples[0].file == "valid.csv");
  const CheckReport clean = judge_texts(leakage(""), {"a,y\n1,0\n", {}, "a,y\n2,0\n"});
  CHECK(clean.verdict == Verdict::pass);
}

TEST_CASE("a row that stands in the training table twice leaks once") {
  const CheckReport report =
      judge_texts(leakage("max = 0.5"), {"a,y\n1,0\n1,1\n", {}, "a,y\n1,0\n2,0\n"});
  CHECK(outcome_of(report, "leakage exact").rule.detail == "1 of 2 validation rows");
  CHECK(report.verdict == Verdict::pass);
}

TEST_CASE("validation rows that are alike leak from no training row") {
  const CheckReport report = judge_texts(leakage(""), {"a,y\n1,0\n", {}, "a,y\n2,0\n2,1\n3,0\n"});
  CHECK(outcome_of(report, "leakage exact").rule.figure.new_value == 0);
  CHECK(report.verdict == Verdict::pass);
}

TEST_CASE("rounding finds rows that are nearly the same") {
  const std::string body = leakage("near_digits = 3");
  const CheckReport report = judge_texts(body, {"a,y\n1234.5,0\n", {}, "a,y\n1230.1,0\n1240,0\n"});
  CHECK(outcome_of(report, "leakage exact").rule.figure.new_value == 0);
  CHECK(outcome_of(report, "leakage near").rule.figure.new_value == 0.5);
}

TEST_CASE("the key and the group of validation rows must be new") {
  const std::string body = "key = [\"id\"]\n" + leakage("group = \"patient\"");
  const CheckReport report = judge_texts(
      body,
      {"id,patient,a,y\n1,p,1,0\n2,q,2,0\n", {}, "id,patient,a,y\n3,q,5,0\n2,r,6,0\n4,,7,0\n"});
  CHECK(outcome_of(report, "leakage exact").rule.figure.new_value == 0);
  CHECK(rows_of(outcome_of(report, "leakage key", "id")) == RowNumbers{2});
  CHECK(outcome_of(report, "leakage group", "patient").rule.figure.new_value == 0.5);
}

TEST_CASE("validation rows must be later than all training rows") {
  const std::string body = leakage("time = \"ts\"");
  const std::string train = "ts,a,y\n2024-01-05,1,0\n2024-01-03,2,0\n";
  const CheckReport report =
      judge_texts(body, {train, {}, "ts,a,y\n2024-01-06,3,0\n2024-01-05,4,0\n2024-01-01,5,0\n"});
  const Outcome& outcome = outcome_of(report, "leakage time", "ts");
  CHECK(outcome.rule.detail == "2 of 3 validation rows");
  CHECK(rows_of(outcome) == RowNumbers{2, 3});
  CHECK(outcome_of(judge_texts(body, {train, {}, "ts,a,y\n2024-01-06,3,0\n"}), "leakage time", "ts")
            .rule.verdict == Verdict::pass);
}

TEST_CASE("a column that one side lacks is missing evidence") {
  const CheckReport report = judge_texts(leakage(""), {"a,b,y\n1,2,0\n", {}, "a,y\n1,0\n"});
  CHECK(outcome_of(report, "leakage exact").rule.reason == "'valid.csv' has no column 'b'");
  CHECK(report.verdict == Verdict::warn);
}

}  // namespace mlops::check::test
