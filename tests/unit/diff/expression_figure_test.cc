#include "diff/expression_figure.h"

#include <cmath>
#include <string>

#include <catch2/catch.hpp>

#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {
namespace {

policy::PredictionSet numbers_set() {
  policy::PredictionSet set = regression_set();
  set.label.reset();
  return set;
}

constexpr const char* kOld = "id,pred,x,w,t\n1,1,1,,a\n2,2,2,8,b\n3,3,4,2,c\n4,4,8,2,d\n";
constexpr const char* kNew = "id,pred,x,w,t\n4,4,7,2,d\n3,3,1,2,c\n2,2,2,4,b\n1,1,3,1,a\n";

RuleResult judged(const std::string& expression,
                  const std::string& limit = "max = 1e9",
                  const std::string& defaults = "") {
  const auto report = compare_texts(numbers_set(),
                                    kOld,
                                    kNew,
                                    "schema = 1\n" + defaults + "[[diff.rule]]\nmetric = \"" +
                                        expression + "\"\n" + limit + "\n");
  return rule_of(report, expression);
}

double figure(const std::string& expression) {
  INFO(expression);
  const RuleResult rule = judged(expression);
  REQUIRE(rule.figure.new_value.has_value());
  CHECK_FALSE(rule.figure.old_value.has_value());
  CHECK(rule.verdict == policy::Verdict::pass);
  return *rule.figure.new_value;
}

}  // namespace

TEST_CASE("aggregates over the paired rows, by key") {
  // n.x - o.x by id: 2, 0, -3, -1.
  CHECK(figure("mean(n.x - o.x)") == -0.5);
  CHECK(figure("mean(abs(n.x - o.x))") == 1.5);
  CHECK(figure("sum(n.x)") == 13);
  CHECK(figure("max(n.x - o.x) - min(n.x - o.x)") == 5);
  CHECK(figure("median(n.x)") == 2.5);
  CHECK(figure("quantile(n.x, 0.25)") == 1.75);
  CHECK(figure("count(n.x)") == 4);
  CHECK(figure("mean(n.x > o.x)") == 0.25);
  CHECK(figure("mean(n.x != o.x) * 4") == 3);
  CHECK(figure("stddev(n.x)") == Approx(std::sqrt(20.75 / 3)));
  CHECK(figure("sum(n.x) / sum(o.x) <= 1") == 1);
}

TEST_CASE("operators and functions bind as in arithmetic") {
  CHECK(figure("mean(1 + 2 * 3 - 4 / 2)") == 5);
  CHECK(figure("mean(-(1 - 3) * -2)") == -4);
  CHECK(figure("mean(10 - 4 - 3)") == 3);
  CHECK(figure("mean(16 / 4 / 2)") == 2);
  CHECK(figure("mean(least(n.x, 2) + greatest(o.x, 3))") == 6.25);
  CHECK(figure("mean(sqrt(exp(ln(4))) + floor(1.7) + ceil(1.2) + round(2.5))") == Approx(8));
}

TEST_CASE("null is left out, and what is undefined leaves no figure") {
  CHECK(figure("count(o.w)") == 3);
  CHECK(figure("mean(o.w)") == 4);
  CHECK(figure("count(o.w + n.x)") == 3);
  for (const char* const text :
       {"mean(n.x / (o.x - 4))", "mean(ln(n.x - 1))", "1 / sum(n.x / 0)", "mean(n.x) / 0"}) {
    INFO(text);
    const RuleResult rule = judged(text);
    CHECK(rule.verdict == policy::Verdict::insufficient);
    CHECK(rule.reason == "undefined on these rows");
  }
}

TEST_CASE("texts and missing columns are said, and never green for the set that is named") {
  CHECK(judged("mean(n.t)").reason == "n.t holds a text");
  CHECK(judged("mean(n.t)").verdict == policy::Verdict::insufficient);
  CHECK(judged("mean(o.nosuch)").verdict == policy::Verdict::skipped);
  CHECK(judged("mean(o.nosuch)").reason == "the old table has no column 'nosuch'");
  CHECK(judged("mean(o.nosuch)", "max = 1\npredictions = \"diabetes\"").verdict ==
        policy::Verdict::insufficient);
}

TEST_CASE("an expression is limited by max and min, and decided by drawn intervals") {
  CHECK(judged("mean(abs(n.x - o.x))", "max = 1.4").verdict == policy::Verdict::fail);
  CHECK(judged("mean(abs(n.x - o.x))", "min = 1.6").verdict == policy::Verdict::fail);
  const RuleResult sure =
      judged("mean(abs(n.x - o.x))", "max = 1.4", "[diff]\ndecide = \"sure\"\n");
  CHECK(sure.verdict == policy::Verdict::pass);
  REQUIRE(sure.figure.new_ci.has_value());
  CHECK(sure.figure.new_ci->low < 1.5);
  CHECK_FALSE(judged("max(n.x)").figure.new_ci.has_value());
  CHECK_THROWS(judged("mean(n.x)", "max_rise = 1"));
}

}  // namespace mlops::diff::test
