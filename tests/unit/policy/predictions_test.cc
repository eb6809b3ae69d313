#include "policy/predictions.h"

#include <catch2/catch.hpp>

#include "base/error.h"

namespace mlops::policy {
namespace {

std::vector<PredictionSet> read(const std::string& text) {
  return read_prediction_sets(config::parse_toml(text, "pipeline.toml"));
}

std::string refusal(const std::string& text) {
  try {
    read(text);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::config);
    return error.message() + " | " + error.hint();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("every key of a prediction set is read") {
  const auto sets = read(R"(
[predictions.holdout]
path = "out/predictions.csv"
task = "classification"
key = ["id"]
label = "y"
prediction = "pred"
probabilities = { pos = "p1", neg = "p0" }
positive = "pos"
slices = ["country", "country*device"]
sensitive_features = ["sex"]
weight = "w"
stage = "predict"
)");
  REQUIRE(sets.size() == 1);
  CHECK(sets[0].name == "holdout");
  CHECK(sets[0].key == std::vector<std::string>{"id"});
  REQUIRE(sets[0].probabilities.size() == 2);
  CHECK(sets[0].probabilities[0] == std::pair<std::string, std::string>{"pos", "p1"});
  CHECK(sets[0].positive == "pos");
  CHECK(sets[0].stage == "predict");
}

TEST_CASE("other parts of a pipeline file are not judged") {
  CHECK(read("schema = 1\n[stage.x]\ncmd = [\"true\"]\n").empty());
}

TEST_CASE("a prediction set that cannot be used is refused") {
  const std::string head = "[predictions.a]\npath = \"p.csv\"\ntask = \"classification\"\n";
  CHECK(refusal(head) != "accepted");  // neither prediction nor probabilities
  CHECK(refusal(head + "prediction = \"x\"\npredicton = \"y\"\n").find("prediction") !=
        std::string::npos);
  CHECK(refusal(head + "probabilities = { a = \"p\" }\npositive = \"b\"\n") != "accepted");
  CHECK(refusal(head + "probabilities = { a = \"p\", b = \"p\" }\n") != "accepted");
  CHECK(refusal(head + "prediction = \"x\"\nslices = [\"a**b\"]\n") != "accepted");
  CHECK(refusal(head + "prediction = \"x\"\nslices = [\"a*a\"]\n") != "accepted");
  CHECK(refusal(
            "[predictions.a]\npath = \"../x.csv\"\ntask = \"regression\"\nprediction = \"p\"\n") !=
        "accepted");
  CHECK(
      refusal("[predictions.a]\npath = \"/x.csv\"\ntask = \"regression\"\nprediction = \"p\"\n") !=
      "accepted");
  CHECK(refusal("[predictions.A_b]\npath = \"x\"\ntask = \"regression\"\nprediction = \"p\"\n") !=
        "accepted");
  CHECK(refusal("[predictions.a]\npath = \"x\"\ntask = \"regresion\"\nprediction = \"p\"\n")
            .find("regression") != std::string::npos);
}

}  // namespace mlops::policy
