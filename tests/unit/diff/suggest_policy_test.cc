#include "diff/suggest_policy.h"

#include <random>
#include <string>

#include <catch2/catch.hpp>

#include "policy/safeguards.h"
#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {
namespace {

Report report_of(PredictionReport set) {
  Report report;
  report.old_name = "v1";
  report.new_name = "v\n2";
  report.predictions.push_back(std::move(set));
  return report;
}

/// The suggestion is a policy, and the pair keeps every rule of it.
void check_kept(const policy::PredictionSet& set,
                const std::string& before,
                const std::string& after) {
  const auto first = compare_texts(set, before, after, {}, OtherKeys::leave_out);
  const std::string text = suggest_policy(report_of(first));
  INFO(text);
  const policy::Safeguards safeguards = policy::parse_safeguards(text, "suggested.toml");
  CHECK(safeguards.rules.size() >= 3);
  const auto second = compare_texts(set, before, after, text, OtherKeys::leave_out);
  for (const RuleResult& rule : second.rules) {
    INFO(rule.name << " " << rule.slice << " " << rule.reason);
    CHECK(rule.verdict == policy::Verdict::pass);
  }
}

}  // namespace

TEST_CASE("a suggested policy is accepted, and kept by the pair it is made of") {
  std::mt19937 random(21);
  for (int round = 0; round < 3; ++round) {
    std::string before = "id,y,p,sex\n";
    std::string after = before;
    for (int id = 0; id < 120; ++id) {
      const std::string head = std::to_string(id) + "," + std::to_string(random() % 2) + ",0.";
      const std::string sex = id % 2 == 0 ? ",f\n" : ",m\n";
      before += head + std::to_string(random() % 1000) + sex;
      after += head + std::to_string(random() % 1000) + sex;
    }
    policy::PredictionSet set = binary_set();
    set.sensitive_features = {"sex"};
    check_kept(set, before, after);
  }
}

TEST_CASE("one that got worse is kept too, and so is one that did not change") {
  std::string before = "id,y,pred\n";
  std::string after = before;
  for (int id = 0; id < 50; ++id) {
    before += std::to_string(id) + "," + std::to_string(id) + "," + std::to_string(id + 1) + "\n";
    after +=
        std::to_string(id) + "," + std::to_string(id) + "," + std::to_string(id + id % 7) + "\n";
  }
  check_kept(regression_set(), before, after);
  check_kept(regression_set(), before, before);
  check_kept(regression_set(), before, after + "99,1,nan\n");
  check_kept(regression_set(), before + "98,1,1\n", after);
}

TEST_CASE("a limit that no figure could break is not written") {
  // Every answer changed, and half of them were right.
  std::string before = "id,y,p\n";
  std::string after = before;
  for (int id = 0; id < 40; ++id) {
    before += std::to_string(id) + "," + std::to_string(id % 2) + ",0.9\n";
    after += std::to_string(id) + "," + std::to_string(id % 2) + ",0.1\n";
  }
  const auto report = compare_texts(binary_set(), before, after);
  REQUIRE(metric_of(report, "churn").new_value == 1.0);
  const std::string text = suggest_policy(report_of(report));
  CHECK(text.find("metric = \"churn\"") == std::string::npos);
  CHECK(text.find("# cancer: churn was 1: no limit with a margin could be broken") !=
        std::string::npos);
  CHECK(text.find("metric = \"accuracy\"") != std::string::npos);
}

TEST_CASE("what no policy allows is told") {
  policy::PredictionSet set = binary_set();
  set.probabilities.clear();
  set.positive.reset();
  set.prediction = "p";
  const auto report = compare_texts(set, "id,y,p\n1,1,1\n2,0,0\n", "id,y,p\n1,1,7\n2,0,0\n");
  const std::string text = suggest_policy(report_of(report));
  CHECK(text.find("# cancer: no policy allows new_labels") != std::string::npos);
  CHECK_NOTHROW(policy::parse_safeguards(text, "suggested.toml"));
}

}  // namespace mlops::diff::test
