#include <algorithm>
#include <functional>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "report/diff_report.h"
#include "unit/report/example_report.h"
#include "unit/report/golden.h"

namespace mlops::report::test {
namespace {

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

diff::Report every_verdict() {
  diff::Report report = example_report();
  report.predictions[0].rules = rules_of_every_verdict();
  return report;
}

/// What the house found, with reasons that quote cells.
diff::Report report_that_names_labels() {
  diff::Report report = example_report();
  diff::RuleResult rule;
  rule.origin = diff::RuleOrigin::built_in;
  rule.name = rule.metric = "new_labels";
  rule.limit = "<= 0";
  rule.unit = diff::Unit::count;
  rule.figure.new_value = 1;
  rule.verdict = rule.effect = policy::Verdict::fail;
  rule.reason = "the new version predicts 'HIV'";
  rule.detail = "1 label";
  report.predictions[0].rules.push_back(rule);
  report.predictions[0].worst[0].label = "HIV";
  report.predictions[0].worst[0].old_prediction = "HIV";
  report.predictions[0].worst[0].new_prediction = "HIV";
  report.predictions[0].findings = {"the new version never predicts 'HIV'"};
  return report;
}

/// Everything that some format takes for its own.
constexpr std::string_view kHostile = "<b>&\"'|`*_[x](y)@all #1 %0A::error::,:]]>\x1b\xff\n";

diff::Report hostile_report() {
  diff::Report report = every_verdict();
  report.old_name = report.new_name = kHostile;
  diff::PredictionReport& set = report.predictions[0];
  set.set.name = kHostile;
  set.worst[0].key = kHostile;
  set.metrics[0].name = kHostile;
  for (diff::RuleResult& rule : set.rules) {
    rule.name = rule.metric = rule.slice = rule.reason = rule.limit = kHostile;
    rule.position = std::string(kHostile) + ":7";
  }
  return report;
}

}  // namespace

TEST_CASE("the reports for CI keep their form") {
  const diff::Report report = example_report();
  check_golden("diff.junit.xml", diff_as_junit(report, Values::hidden));
  check_golden("diff.md", diff_as_markdown(report, Values::hidden));
  check_golden("diff.github.txt", diff_as_github(report, Values::hidden));
  check_golden("diff.gitlab.json", diff_as_gitlab(report, Values::hidden));
  check_golden("diff.openmetrics.txt", diff_as_openmetrics(report));
}

TEST_CASE("JUnit tells five verdicts apart") {
  diff::Report report = every_verdict();
  std::string text = diff_as_junit(report, Values::hidden);
  CHECK(has(text, R"(tests="5" failures="1" errors="0" skipped="2")"));
  CHECK(count_of(text, "<testcase ") == 5);
  CHECK(count_of(text, "<failure type=\"fail\"") == 1);
  CHECK(count_of(text, "<skipped ") == 2);
  CHECK(count_of(text, "<system-out>warning: ") == 1);
  CHECK(has(text, R"(classname="mlops.diff.cancer.is-fail")"));
  // A policy that wants evidence ends the command with 3: CI must not show it as green.
  report.predictions[0].rules[3].effect = policy::Verdict::insufficient;
  text = diff_as_junit(report, Values::hidden);
  CHECK(count_of(text, "<failure type=\"insufficient\"") == 1);
}

TEST_CASE("annotations are for what somebody has to look at") {
  const diff::Report report = every_verdict();
  const std::string github = diff_as_github(report, Values::hidden);
  CHECK(count_of(github, "\n") == 3);
  CHECK(count_of(github, "::error file=safeguards.toml,line=4,") == 1);
  CHECK(count_of(github, "::warning file=safeguards.toml,line=4,") == 2);
  const auto gitlab = nlohmann::json::parse(diff_as_gitlab(report, Values::hidden));
  REQUIRE(gitlab.size() == 3);
  CHECK(gitlab[0]["severity"] == "minor");
  CHECK(gitlab[1]["severity"] == "major");
  CHECK(gitlab[1]["location"]["path"] == "safeguards.toml");
  CHECK(gitlab[1]["location"]["lines"]["begin"] == 4);
  CHECK(gitlab[0]["fingerprint"] != gitlab[1]["fingerprint"]);
}

TEST_CASE("GitHub shows ten of a kind, so the tenth says how many more there are") {
  diff::Report report = every_verdict();
  const diff::RuleResult failed = report.predictions[0].rules[2];
  report.predictions[0].rules.assign(25, failed);
  const std::string text = diff_as_github(report, Values::hidden);
  CHECK(count_of(text, "::error ") == 10);
  CHECK(has(text, "::16 more like this"));
}

TEST_CASE("labels and predictions stay out of what goes to others, unless asked for") {
  const diff::Report report = report_that_names_labels();
  const auto markdown = [](const diff::Report& one, Values values) {
    return diff_as_markdown(one, values);
  };
  using Write = std::function<std::string(const diff::Report&, Values)>;
  for (const Write& write :
       {Write(diff_as_junit), Write(markdown), Write(diff_as_github), Write(diff_as_gitlab)}) {
    const std::string hidden = write(report, Values::hidden);
    CHECK_FALSE(has(hidden, "HIV"));
    CHECK(has(hidden, "new"));
    CHECK(has(write(report, Values::shown), "HIV"));
  }
  CHECK(has(diff_as_markdown(report, Values::hidden), "<code>421</code>"));
  CHECK_FALSE(has(diff_as_openmetrics(report), "HIV"));
}

TEST_CASE("names that are markup stay names") {
  const diff::Report report = hostile_report();
  const std::string markdown = diff_as_markdown(report, Values::shown);
  for (const std::string_view raw : {"<b>", "`", "[x]", "@all", "#1 ", "\x1b", "\xff"}) {
    CHECK_FALSE(has(markdown, raw));
  }
  const std::string junit = diff_as_junit(report, Values::shown);
  for (const std::string_view raw : {"<b>", "]]>", "\x1b", "\xff"}) {
    CHECK_FALSE(has(junit, raw));
  }
  const std::string github = diff_as_github(report, Values::shown);
  CHECK(count_of(github, "\n") == 3);
  CHECK(count_of(github, "\n::") == 2);
  CHECK(has(github, "%250A%3A%3Aerror%3A%3A%2C%3A"));
  CHECK(nlohmann::json::parse(diff_as_gitlab(report, Values::shown)).size() == 3);
  CHECK_FALSE(has(diff_as_openmetrics(report), "\x1b"));
}

TEST_CASE("a comment stays below its limit, failures first, and says what was cut") {
  diff::Report report = every_verdict();
  diff::PredictionReport& set = report.predictions[0];
  const std::vector<diff::RuleResult> five = set.rules;
  for (int i = 0; i < 900; ++i) {
    set.rules.insert(set.rules.begin(), five[0]);
  }
  set.worst.assign(20, set.worst[0]);
  const std::string text = diff_as_markdown(report, Values::hidden);
  CHECK(text.size() <= 60'000);
  CHECK(text.size() > 50'000);
  CHECK(has(text, "| **FAIL** |"));
  CHECK(has(text, "Cut, because a comment has a limit: "));
  CHECK(text.find("| **FAIL** |") < text.find("| pass |"));
  CHECK_FALSE(has(diff_as_markdown(example_report(), Values::hidden), "Cut, because"));
}

TEST_CASE("a table that a version lacks is not told as labels that differ") {
  diff::Report report = example_report();
  report.predictions[0].counts = {};
  report.predictions[0].incomparable = diff::Incomparable::tables;
  const std::string text = diff_as_markdown(report, Values::hidden);
  CHECK(has(text, "There was nothing to compare."));
  CHECK_FALSE(has(text, "labels are not the same"));
}

TEST_CASE("no series stands twice in OpenMetrics, undefined figures not at all") {
  diff::Report report = example_report();
  diff::PredictionReport& set = report.predictions[0];
  set.rules.push_back(set.rules[0]);
  set.metrics[0].old_value.reset();
  const std::string text = diff_as_openmetrics(report);
  std::vector<std::string> series;
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    series.push_back(text.substr(begin, end - begin));
    series.back().resize(std::min(series.back().size(), series.back().rfind(' ')));
    begin = end + 1;
  }
  std::sort(series.begin(), series.end());
  CHECK(std::adjacent_find(series.begin(), series.end()) == series.end());
  CHECK_FALSE(has(text, R"(metric="accuracy",version="old")"));
  CHECK(has(text, R"(metric="accuracy",version="new"} 0.911972)"));
  CHECK(text.ends_with("# EOF\n"));
}

}  // namespace mlops::report::test
