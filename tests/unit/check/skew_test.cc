#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "unit/check/check_texts.h"

namespace mlops::check::test {
namespace {

const std::string kSkew =
    "label = \"y\"\nkey = [\"id\"]\n[[check.c.rule]]\nkind = \"skew\"\nagainst = \"valid.csv\"\n"
    "max = 0.1\n";

/// `columns` names the header; x is 0 to 9 plus `off`, w its text.
std::string table_of(const std::string& header, int off) {
  std::string text = header + "\n";
  for (int i = 0; i < 400; ++i) {
    const std::string x = std::to_string(i % 10 + off);
    text += std::to_string(i) + "," + x + ",w" + std::to_string(i % 3) + "," +
            std::to_string(i % 2) + "\n";
  }
  return text;
}

CheckReport judge_skew(const std::string& table, const std::string& against) {
  Texts texts{table};
  texts.against = against;
  return judge_texts(kSkew, texts);
}

}  // namespace

TEST_CASE("the same features elsewhere are no skew, whatever they are called for") {
  const std::string table = table_of("id,x,w,y", 0);
  const CheckReport same = judge_skew(table, table);
  CHECK(same.verdict == Verdict::pass);
  CHECK(outcome_of(same, "skew ks", "x").rule.figure.new_value == 0);
  CHECK(outcome_of(same, "skew cramers_v", "w").rule.figure.new_value == 0);
  CHECK(outcome_of(same, "skew columns").rule.figure.new_value == 0);
}

TEST_CASE("a feature that is computed otherwise when served is a skew") {
  const CheckReport report = judge_skew(table_of("id,x,w,y", 0), table_of("id,x,w,y", 3));
  CHECK(outcome_of(report, "skew ks", "x").rule.verdict == Verdict::fail);
  CHECK(outcome_of(report, "skew ks", "x").rule.figure.new_value == Approx(0.3));
  CHECK(outcome_of(report, "skew cramers_v", "w").rule.verdict == Verdict::pass);
  CHECK(report.verdict == Verdict::fail);
}

TEST_CASE("a feature that only one side has is a skew, a label is none") {
  const CheckReport lost = judge_skew(table_of("id,x,w,y", 0), table_of("id,x,v,u", 0));
  const RuleResult& rule = outcome_of(lost, "skew columns").rule;
  CHECK(rule.verdict == Verdict::fail);
  CHECK(rule.reason ==
        "'valid.csv' has no column 'w', 't.csv' has no column 'v', 't.csv' has no column 'u'");
  const CheckReport unlabelled = judge_skew(table_of("id,x,w,y", 0), "x,w\n1,w0\n");
  CHECK(outcome_of(unlabelled, "skew columns").rule.verdict == Verdict::pass);
}

}  // namespace mlops::check::test
