#include "pipeline/condition.h"

#include <map>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "expect_error.h"

using namespace mlops;
using namespace mlops::pipeline;
using nlohmann::json;

namespace {

bool holds(std::string_view text) {
  static const std::map<std::string, json, std::less<>> kValues{
      {"params.on", true},
      {"params.off", false},
      {"params.rows", 100},
      {"params.model", "xgb"},
      {"params.half", 0.5},
      {"matrix.fold", 2},
  };
  return evaluate_condition(text, [](std::string_view path) -> const json* {
    const auto found = kValues.find(path);
    return found == kValues.end() ? nullptr : &found->second;
  });
}

}  // namespace

TEST_CASE("conditions compare values with literals") {
  CHECK(holds("params.on"));
  CHECK_FALSE(holds("params.off"));
  CHECK(holds("params.rows > 99"));
  CHECK_FALSE(holds("params.rows > 100"));
  CHECK(holds("params.rows < 100.5"));
  CHECK(holds("params.rows == 100"));
  CHECK(holds("params.model == \"xgb\""));
  CHECK(holds("params.model == xgb"));
  CHECK(holds("params.model != mlp"));
  CHECK(holds("params.off == false"));
  CHECK(holds("matrix.fold==2"));
  CHECK_FALSE(holds("params.rows == \"100\""));
}

TEST_CASE("what is no condition is found while parsing") {
  for (const auto* text : {"",
                           "on",
                           "params.",
                           "params.a = 1",
                           "params.a ==",
                           "params.a >= 1",
                           "params.a == [1]",
                           "params.a b",
                           "1 == 1"}) {
    CAPTURE(text);
    CHECK_FALSE(condition_problem(text).empty());
  }
  CHECK(condition_problem("params.train.enabled").empty());
}

TEST_CASE("conditions that make no sense are errors") {
  testing::expect_error(ErrorKind::config, "params.none", [] { holds("params.none"); });
  testing::expect_error(ErrorKind::config, "true or false", [] { holds("params.rows"); });
  testing::expect_error(ErrorKind::config, "two numbers", [] { holds("params.model < 3"); });
}
