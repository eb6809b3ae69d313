#include "unit/report/example_report.h"

namespace mlops::report::test {
namespace {

using policy::Verdict;

diff::RuleResult rule(std::string metric, std::string limit, Verdict verdict) {
  diff::RuleResult result;
  result.name = metric + " " + limit;
  result.metric = std::move(metric);
  result.limit = std::move(limit);
  result.verdict = verdict;
  result.effect = verdict == Verdict::insufficient ? Verdict::warn : verdict;
  result.position = "safeguards.toml:4";
  return result;
}

policy::Figure figure(double before, double after) {
  policy::Figure result;
  result.old_value = before;
  result.new_value = after;
  result.change = after - before;
  result.n = 284;
  return result;
}

diff::PredictionReport cancer() {
  diff::PredictionReport set;
  set.set.name = "cancer";
  set.set.path = "out/cancer.csv";
  set.set.key = {"id"};
  set.set.label = "y";
  set.set.probabilities = {{"1", "p1"}};
  set.set.positive = "1";
  set.old_name = "v1";
  set.new_name = "v2";
  set.score_name = "p(1)";
  set.counts = {284, 0, 0, 21, 5, 16, 20, 0, 0};
  set.mcnemar_p = 0.026603698730468743;
  diff::RuleResult accuracy = rule("accuracy", "drop <= 0.005", Verdict::pass);
  accuracy.figure = figure(0.873239, 0.911972);
  accuracy.figure.change_ci = stats::Interval{0.005899, 0.071024};
  diff::RuleResult flips = rule("negative_flip_rate", "<= 0.02", Verdict::pass);
  flips.figure.new_value = 0.017606;
  flips.detail = "5 of 284";
  diff::RuleResult ece = rule("ece", "rise <= 0.02", Verdict::fail);
  ece.figure = figure(0.047074, 0.079004);
  ece.reason = "breaks rise <= 0.02";
  diff::RuleResult ward = rule("accuracy", "drop <= 0.005", Verdict::insufficient);
  ward.slice = "ward=C";
  ward.figure.old_value = 0.888889;
  ward.figure.new_value = 0.777778;
  ward.reason = "n=9 < 30";
  set.rules = {accuracy, flips, ece, ward};
  diff::Metric metric;
  metric.name = "accuracy";
  metric.old_value = 0.873239;
  metric.new_value = 0.911972;
  metric.change = 0.038733;
  metric.ci = stats::Interval{0.005899, 0.071024};
  metric.n = 284;
  set.metrics = {metric};
  set.worst = {{"421", "1", "1", "0", 0.908, 0.020, 3.8, true}};
  set.transitions = {{"0", "0", 85}, {"0", "1", 7}, {"1", "0", 14}, {"1", "1", 178}};
  set.verdict = Verdict::fail;
  return set;
}

}  // namespace

std::vector<diff::RuleResult> rules_of_every_verdict() {
  std::vector<diff::RuleResult> rules;
  for (const Verdict verdict :
       {Verdict::pass, Verdict::warn, Verdict::fail, Verdict::insufficient, Verdict::skipped}) {
    // A warning is a broken rule of severity "warn".
    const bool warns = verdict == Verdict::warn;
    rules.push_back(rule("r2", ">= 0", warns ? Verdict::fail : verdict));
    rules.back().slice = "is-" + std::string(policy::to_string(verdict));
    rules.back().effect = warns ? Verdict::warn : rules.back().effect;
    rules.back().reason = "because";
  }
  return rules;
}

diff::Report example_report() {
  diff::Report report;
  report.old_name = "v1";
  report.new_name = "v2";
  report.policy_file = "safeguards.toml";
  report.predictions = {cancer()};
  report.verdict = Verdict::fail;
  return report;
}

}  // namespace mlops::report::test
