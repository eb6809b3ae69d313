#include "diff/gaps.h"

#include <catch2/catch.hpp>

#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {
namespace {

// Fairlearn's guide: label, prediction, group.
constexpr const char* kGuide =
    "id,y,m,g\n0,0,0,b\n1,1,0,b\n2,1,1,a\n3,1,0,b\n4,1,1,b\n5,0,1,c\n6,1,1,c\n7,0,0,c\n8,1,0,a\n"
    "9,0,1,a\n10,0,1,c\n11,0,1,a\n12,1,1,b\n13,1,0,c\n14,1,0,c\n15,1,1,b\n16,1,1,c\n17,1,0,c\n";

std::string fairness(const std::string& metric) {
  return "schema = 1\n[[diff.fairness]]\nsensitive_feature = \"g\"\nmetric = \"" + metric +
         "\"\nmax = 1\nmin_rows = 1\nmin_positives = 1\nmin_negatives = 1\n";
}

std::optional<double> gap(const std::string& metric, const std::string& text = kGuide) {
  policy::PredictionSet set = binary_set();
  set.probabilities.clear();
  set.prediction = "m";
  const auto report = compare_texts(set, text, text, fairness(metric));
  return rule_of(report, metric, "g").figure.new_value;
}

}  // namespace

TEST_CASE("reference row 1: Fairlearn's guide") {
  CHECK(gap("demographic_parity_difference") == Approx(0.25));
  CHECK(gap("demographic_parity_ratio") == Approx(0.666667).epsilon(1e-5));
  CHECK(gap("equalized_odds_difference") == Approx(1));
  CHECK(gap("equalized_odds_ratio") == Approx(0));
  CHECK(gap("difference(true_positive_rate)") == Approx(0.2));
}

TEST_CASE("reference row 2: a group without positives has no true positive rate") {
  const std::string text = "id,y,m,g\n1,0,0,a\n2,0,0,a\n3,0,1,a\n4,1,1,b\n5,0,0,b\n";
  policy::PredictionSet set = binary_set();
  set.probabilities.clear();
  set.prediction = "m";
  const std::string policy =
      "schema = 1\n[[diff.fairness]]\nsensitive_feature = \"g\"\nmetric = "
      "\"difference(true_positive_rate)\"\nmax = 1\nmin_rows = 1\nmin_positives = 0\n";
  const auto report = compare_texts(set, text, text, policy);
  CHECK(rule_of(report, "difference(true_positive_rate)", "g").verdict ==
        policy::Verdict::insufficient);
}

TEST_CASE("groups that are too small are shown and left out") {
  std::string text = "id,y,pred,sex\n";
  for (int i = 0; i < 70; ++i) {
    text += std::to_string(i) + ",1," + std::to_string(i % 2) + "," +
            (i < 33   ? "f"
             : i < 66 ? "m"
                      : "x") +
            "\n";
  }
  policy::PredictionSet set = regression_set();
  set.sensitive_features = {"sex"};
  const std::string policy =
      "schema = 1\n[[diff.fairness]]\nsensitive_feature = \"sex\"\nmetric = "
      "\"difference(mean_absolute_error)\"\nmax = 1\n";
  const auto report = compare_texts(set, text, text, policy);
  const RuleResult& small = rule_of(report, "difference(mean_absolute_error)", "sex=x");
  CHECK(small.verdict == policy::Verdict::insufficient);
  CHECK(small.effect == policy::Verdict::warn);
  CHECK(small.reason == "n=4 < 30");
  CHECK(rule_of(report, "difference(mean_absolute_error)", "sex").verdict == policy::Verdict::pass);
  REQUIRE(report.gaps.size() == 1);
  CHECK(report.gaps[0].left_out == std::vector<std::string>{"x (n=4 < 30)"});
}

}  // namespace mlops::diff::test
