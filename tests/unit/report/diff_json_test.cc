#include <limits>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "report/diff_report.h"
#include "unit/report/example_report.h"
#include "unit/report/golden.h"

namespace mlops::report::test {

TEST_CASE("the JSON keeps its names") {
  check_golden("diff.json", diff_as_json(example_report()));
}

TEST_CASE("the frozen names of a prediction set are there") {
  const auto json = nlohmann::json::parse(diff_as_json(example_report()));
  CHECK(json["schema_version"] == 1);
  const auto& set = json["predictions"][0];
  for (const char* name : {"matched",
                           "only_old",
                           "only_new",
                           "changed",
                           "negative_flips",
                           "positive_flips",
                           "both_wrong"}) {
    CHECK(set["counts"].contains(name));
  }
  for (const char* name : {"old", "new", "change", "ci", "n"}) {
    CHECK(set["metrics"]["accuracy"].contains(name));
  }
  for (const char* name : {"slices", "groups", "rules"}) {
    CHECK(set[name].is_array());
  }
}

TEST_CASE("every verdict stands in the JSON, of sets and outside") {
  diff::Report report = example_report();
  report.rules = report.predictions[0].rules = rules_of_every_verdict();
  const auto json = nlohmann::json::parse(diff_as_json(report));
  for (const auto& rules : {json["rules"], json["predictions"][0]["rules"]}) {
    REQUIRE(rules.size() == 5);
    CHECK(rules[0]["verdict"] == "pass");
    CHECK(rules[1]["verdict"] == "fail");
    CHECK(rules[1]["effect"] == "warn");
    CHECK(rules[2]["verdict"] == "fail");
    CHECK(rules[2]["effect"] == "fail");
    CHECK(rules[3]["verdict"] == "insufficient");
    CHECK(rules[4]["verdict"] == "skipped");
    CHECK(rules[4]["slice"] == "is-skipped");
  }
}

TEST_CASE("counts are whole numbers, intervals belong to what has one") {
  diff::Report report = example_report();
  diff::RuleResult& flips = report.predictions[0].rules[1];
  flips.figure.new_ci = stats::Interval{0.25, 0.5};
  diff::RuleResult& ward = report.predictions[0].rules[3];
  ward.unit = diff::Unit::count;
  ward.figure.new_value = 3;
  const std::string text = diff_as_json(report);
  const auto rules = nlohmann::json::parse(text)["predictions"][0]["rules"];
  CHECK(rules[0]["ci"].size() == 2);
  CHECK(rules[1]["ci"] == rules[1]["new_ci"]);
  CHECK(rules[1]["ci"][0] == 0.25);
  CHECK(rules[3]["new"].is_number_integer());
  CHECK(rules[3]["new"] == 3);
}

TEST_CASE("what JSON cannot hold is text, and bytes that are no UTF-8 stay apart") {
  diff::Report report = example_report();
  report.predictions[0].worst[0].loss_change = std::numeric_limits<double>::infinity();
  report.predictions[0].worst[0].key = "\xff";
  report.predictions[0].worst[0].label = "\xfe\xc3\xa4";
  report.predictions[0].set.task = policy::Task::regression;
  const auto json = nlohmann::json::parse(diff_as_json(report));
  CHECK(json["predictions"][0]["worst"][0]["loss_change"] == "Infinity");
  CHECK(json["predictions"][0]["worst"][0]["key"] == "\\xff");
  CHECK(json["predictions"][0]["worst"][0]["key_hex"] == "ff");
  CHECK(json["predictions"][0]["worst"][0]["label"] == "\\xfe\xc3\xa4");
  CHECK(json["predictions"][0]["counts"]["negative_flips"].is_null());
}

}  // namespace mlops::report::test
