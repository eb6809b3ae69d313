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

TEST_CASE("what JSON cannot hold is text, and bytes that are no UTF-8 are replaced") {
  diff::Report report = example_report();
  report.predictions[0].worst[0].loss_change = std::numeric_limits<double>::infinity();
  report.predictions[0].worst[0].key = "\xff";
  report.predictions[0].worst[0].label = "\xfe\xc3\xa4";
  report.predictions[0].set.task = policy::Task::regression;
  const auto json = nlohmann::json::parse(diff_as_json(report));
  CHECK(json["predictions"][0]["worst"][0]["loss_change"] == "Infinity");
  CHECK(json["predictions"][0]["worst"][0]["key"] == "\\xff");
  CHECK(json["predictions"][0]["worst"][0]["label"] == "\\xfe\xc3\xa4");
  CHECK(json["predictions"][0]["counts"]["negative_flips"].is_null());
}

}  // namespace mlops::report::test
