#include "diff/conclude.h"

#include <catch2/catch.hpp>

#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {
namespace {

using policy::Verdict;

policy::Safeguards policy_of(const std::string& rule, const std::string& on_insufficient = "fail") {
  return policy::parse_safeguards("schema = 1\n[diff]\non_insufficient = \"" + on_insufficient +
                                      "\"\n[[diff.rule]]\n" + rule + "min = 0\n",
                                  "safeguards.toml");
}

/// One comparison of equal tables, judged by the policy.
Report concluded(const policy::Safeguards& safeguards,
                 const std::vector<std::string>& left_out = {}) {
  const std::string text = "id,y,p\n1,1,.9\n2,0,.1\n";
  FakeEngine engine;
  CompareInput input;
  input.set = binary_set();
  input.old_table = engine.add("old.csv", text);
  input.new_table = engine.add("new.csv", text);
  Report report;
  report.new_name = "v2";
  report.predictions.push_back(compare(engine, input, safeguards, CancelToken()));
  conclude(report, safeguards, left_out);
  return report;
}

}  // namespace

TEST_CASE("a rule of a set that was not compared is insufficient, not a pass") {
  const std::string rule = "predictions = \"gone\"\nmetric = \"accuracy\"\n";
  const Report report = concluded(policy_of(rule));
  CHECK(report.verdict == Verdict::insufficient);
  REQUIRE(report.rules.size() == 1);
  CHECK(report.rules[0].verdict == Verdict::insufficient);
  CHECK(report.rules[0].metric == "accuracy");
  CHECK(report.rules[0].limit == ">= 0");
  CHECK(report.rules[0].position == "safeguards.toml:4");
  CHECK(report.rules[0].reason == "'v2' has no set 'gone'");
  CHECK(concluded(policy_of(rule, "warn")).verdict == Verdict::warn);
  CHECK(concluded(policy_of(rule, "pass")).rules[0].verdict == Verdict::insufficient);
}

TEST_CASE("a rule on a number of a metrics file is judged once, whatever sets there are") {
  const policy::Safeguards safeguards = policy_of("metric = \"m.json:p99\"\n");
  Report report = concluded(safeguards);
  for (const RuleResult& rule : report.predictions[0].rules) {
    CHECK(rule.metric != "m.json:p99");
  }
  REQUIRE(report.rules.size() == 1);
  CHECK(report.rules[0].verdict == Verdict::insufficient);
  report.rules.clear();
  conclude(report, safeguards, {}, {{"m.json:p99", {std::nullopt, std::nullopt, "'v2' has none"}}});
  REQUIRE(report.rules.size() == 1);
  CHECK(report.rules[0].reason == "'v2' has none");
  for (const auto& [after, verdict] : {std::pair{1.0, Verdict::pass}, {-1.0, Verdict::fail}}) {
    report.rules.clear();
    conclude(report, safeguards, {}, {{"m.json:p99", {2.0, after, ""}}});
    REQUIRE(report.rules.size() == 1);
    CHECK(report.rules[0].verdict == verdict);
    CHECK(report.rules[0].figure.change == after - 2);
    CHECK(report.verdict == verdict);
  }
}

TEST_CASE("a rule for all sets that no set could be judged by is insufficient") {
  const Report report = concluded(policy_of("metric = \"r2\"\n"));
  CHECK(rule_of(report.predictions[0], "r2").verdict == Verdict::skipped);
  REQUIRE(report.rules.size() == 1);
  CHECK(report.rules[0].verdict == Verdict::insufficient);
  CHECK(report.verdict == Verdict::insufficient);
}

TEST_CASE("a rule that was judged is not listed again") {
  const Report report = concluded(policy_of("metric = \"accuracy\"\n"));
  CHECK(report.rules.empty());
  CHECK(report.verdict == Verdict::pass);
}

TEST_CASE("a slice or a group that no set has a column for is insufficient") {
  const Report report = concluded(policy_of("metric = \"accuracy\"\nslices = [\"land\"]\n"));
  CHECK(rule_of(report.predictions[0], "accuracy").verdict == Verdict::pass);
  REQUIRE(report.rules.size() == 1);
  CHECK(report.rules[0].slice == "land");
  CHECK(report.rules[0].reason == "no set has a column for 'land'");
  CHECK(report.verdict == Verdict::insufficient);
  CHECK(concluded(policy_of("metric = \"accuracy\"\nslices = [\"land\"]\n"), {"other"})
            .rules.empty());
}

TEST_CASE("what nobody asked for is skipped, and shown") {
  const std::string rule = "predictions = \"other\"\nmetric = \"accuracy\"\n";
  const Report named = concluded(policy_of(rule), {"other"});
  REQUIRE(named.rules.size() == 1);
  CHECK(named.rules[0].verdict == Verdict::skipped);
  CHECK(named.rules[0].reason == "'other' was left out");
  CHECK(named.verdict == Verdict::pass);
  // The set that was left out may be the regression that this rule is for.
  const Report open = concluded(policy_of("metric = \"r2\"\n"), {"other"});
  CHECK(open.rules.empty());
  CHECK(rule_of(open.predictions[0], "r2").verdict == Verdict::skipped);
  CHECK(open.verdict == Verdict::pass);
}

TEST_CASE("the verdict over several sets: fail before insufficient before warn before pass") {
  const auto verdict_of = [](std::initializer_list<Verdict> verdicts) {
    Report report;
    for (const Verdict verdict : verdicts) {
      report.predictions.emplace_back().verdict = verdict;
    }
    conclude(report, {}, {});
    return report.verdict;
  };
  using enum Verdict;
  CHECK(verdict_of({pass, insufficient, fail, warn}) == fail);
  CHECK(verdict_of({pass, insufficient, warn}) == insufficient);
  CHECK(verdict_of({skipped, warn, pass}) == warn);
  CHECK(verdict_of({pass, skipped}) == pass);
}

}  // namespace mlops::diff::test
