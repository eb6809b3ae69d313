#include "report/check_report.h"

#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "check/masked.h"
#include "report/check_rules.h"

namespace mlops::report {
namespace {

using check::Outcome;
using policy::Verdict;

Outcome outcome(const std::string& metric, const std::string& column, Verdict verdict) {
  Outcome one;
  one.rule.name = metric + " " + column;
  one.rule.metric = metric;
  one.rule.slice = column;
  one.rule.limit = "<= 0.2";
  one.rule.verdict = verdict;
  one.rule.effect = verdict;
  one.rule.position = "safeguards.toml:7";
  return one;
}

check::Report report_of(std::vector<Outcome> outcomes) {
  check::CheckReport one;
  one.name = "clean";
  one.table = {"data/train.csv", 1, 1000, 3};
  one.outcomes = std::move(outcomes);
  one.verdict = Verdict::fail;
  check::Report report;
  report.policy_file = "safeguards.toml";
  report.checks.push_back(std::move(one));
  report.verdict = Verdict::fail;
  return report;
}

Outcome broken() {
  Outcome one = outcome("type", "age", Verdict::fail);
  one.rule.limit = "int";
  one.rule.unit = policy::Unit::count;
  one.rule.figure.new_value = 2;
  one.rule.figure.n = 1000;
  one.rule.detail = "2 of 1,000 values";
  one.examples = {{"", 4, "Ada 7"}, {"parts/b.csv", 1200, "x"}};
  return one;
}

std::size_t widest(const std::string& text) {
  std::size_t most = 0;
  for (const std::string_view line : split(text, '\n')) {
    most = std::max(most, display_width(line));
  }
  return most;
}

}  // namespace

TEST_CASE("a masked value keeps its form only") {
  CHECK(check::masked("Ada.L7@x.org") == "xxx.x#@x.xxx");
  CHECK(check::masked("-12.5e3") == "-##.#x#");
  CHECK(check::masked("Zoë|<b>\n") == "xxxxxxxx");
  CHECK(check::masked("") == "");
  CHECK(check::masked(std::string(5000, '7')).size() == 41);
}

TEST_CASE("the table names the first rows, masked unless told otherwise") {
  const check::Report report = report_of({broken(), outcome("range", "age", Verdict::pass)});
  const std::string hidden = check_as_text(report, {}, Values::hidden);
  CHECK(hidden.starts_with("FAIL  clean   data/train.csv   1,000 rows"));
  CHECK(hidden.find("1 fail, 0 warn, 0 insufficient\n") != std::string::npos);
  CHECK(hidden.find("type [age]: row 4 'xxx #', parts/b.csv row 1,200 'x'\n") != std::string::npos);
  CHECK(hidden.find("Ada") == std::string::npos);
  CHECK(check_as_text(report, {}, Values::shown).find("row 4 'Ada 7'") != std::string::npos);
}

TEST_CASE("a narrow terminal cuts nothing that decides") {
  Outcome wide = outcome("drift cramers_v", std::string(60, 'c'), Verdict::fail);
  wide.rule.figure.new_value = 0.25;
  wide.rule.detail = "1,000 against 2,000";
  TextStyle style;
  style.width = 80;
  const std::string text = check_as_text(report_of({wide, broken()}), style, Values::hidden);
  CHECK(widest(text) <= 80);
  CHECK(text.find("FAIL\n") != std::string::npos);
  CHECK(text.find("1,000 against 2,000") != std::string::npos);
}

TEST_CASE("of many passed rules only the number is shown, of none that fails") {
  std::vector<Outcome> outcomes;
  for (int i = 0; i < 100; ++i) {
    outcomes.push_back(outcome("type", "c" + std::to_string(i), Verdict::pass));
  }
  outcomes.push_back(broken());
  const std::string text = check_as_text(report_of(outcomes), {}, Values::hidden);
  CHECK(text.find("100 rules pass") != std::string::npos);
  CHECK(text.find("[c7]") == std::string::npos);
  CHECK(text.find("type [age]") != std::string::npos);
}

TEST_CASE("the JSON has every field, null for nothing") {
  const check::Report report =
      report_of({broken(), outcome("drift ks", "x", Verdict::insufficient)});
  const auto json = nlohmann::json::parse(check_as_json(report, Values::hidden));
  CHECK(json["version"] == 1);
  CHECK(json["verdict"] == "fail");
  CHECK(json["values"] == "masked");
  const auto& rules = json["checks"][0]["rules"];
  CHECK(rules[0]["value"].is_number_unsigned());
  CHECK(rules[0]["examples"][0]["value"] == "xxx #");
  CHECK(rules[0]["examples"][1]["file"] == "parts/b.csv");
  CHECK(rules[1]["value"].is_null());
  CHECK(rules[1]["p_adjusted"].is_null());
  CHECK(json["checks"][0]["baseline"].is_null());
  CHECK(check_as_json(report, Values::hidden) == check_as_json(report, Values::hidden));
  CHECK(check_as_json(report, Values::shown).find("Ada 7") != std::string::npos);
}

TEST_CASE("a comment stays below its limit and says what is missing") {
  std::vector<Outcome> outcomes;
  for (int i = 0; i < 2000; ++i) {
    Outcome one = broken();
    one.rule.slice = "column|" + std::to_string(i);
    outcomes.push_back(std::move(one));
  }
  const std::string page = check_as_markdown(report_of(outcomes), Values::hidden);
  CHECK(page.starts_with("<!-- mlops check -->\n"));
  CHECK(page.size() <= 60'000);
  CHECK(page.find("Cut, because a comment has a limit") != std::string::npos);
  CHECK(page.find("column|") == std::string::npos);
  CHECK(page.find("Ada") == std::string::npos);
}

TEST_CASE("CI sees a failure, its place and its first rows") {
  const check::Report report = report_of({broken()});
  const std::string junit = check_as_junit(report, Values::hidden);
  CHECK(junit.find("classname=\"mlops.check.clean.age\"") != std::string::npos);
  CHECK(junit.find("row 4") != std::string::npos);
  CHECK(junit.find("Ada") == std::string::npos);
  CHECK(
      check_as_github(report, Values::hidden).starts_with("::error file=safeguards.toml,line=7,"));
  CHECK(check_as_gitlab(report, Values::hidden).find("mlops check: type [age]") !=
        std::string::npos);
  const std::string metrics = check_as_openmetrics(report);
  CHECK(metrics.find(
            "mlops_check_rule_value{check=\"clean\",rule=\"type age\",column=\"age\"} 2\n") !=
        std::string::npos);
  CHECK(metrics.ends_with("# EOF\n"));
}

}  // namespace mlops::report
