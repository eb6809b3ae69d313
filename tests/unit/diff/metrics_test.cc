#include "diff/metrics.h"

#include <cmath>

#include <catch2/catch.hpp>

#include "stats/mcnemar.h"
#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {

TEST_CASE("reference row 6: mlxtend's contingency table") {
  policy::PredictionSet set = binary_set();
  set.probabilities.clear();
  set.prediction = "m";
  const auto report = compare_texts(
      set,
      "id,y,m\n0,0,0\n1,0,1\n2,0,0\n3,0,0\n4,0,0\n5,1,1\n6,1,1\n7,1,0\n8,1,0\n9,1,0\n",
      "id,y,m\n0,0,0\n1,0,0\n2,0,1\n3,0,1\n4,0,0\n5,1,1\n6,1,1\n7,1,0\n8,1,0\n9,1,0\n");
  CHECK(report.counts.matched == 10);
  CHECK(report.counts.negative_flips == 2);
  CHECK(report.counts.positive_flips == 1);
  CHECK(report.counts.both_wrong == 3);
  CHECK(metric_of(report, "accuracy").old_value == Approx(0.6));
  CHECK(metric_of(report, "churn").new_value == Approx(0.3));
  // scipy 1.10.1: binomtest(2, 10).proportion_ci(0.95, "wilson"), and of 3 of 10
  CHECK(metric_of(report, "negative_flip_rate").ci->low == Approx(0.05668215145437832));
  CHECK(metric_of(report, "negative_flip_rate").ci->high == Approx(0.5098375284633551));
  CHECK(metric_of(report, "churn").ci->low == Approx(0.1077912674063141));
  CHECK(metric_of(report, "churn").ci->high == Approx(0.6032218525388546));
}

TEST_CASE("reference row 4: McNemar's exact test") {
  CHECK(stats::mcnemar(121, 59).p == Approx(4.43445e-6).epsilon(1e-5));
}

TEST_CASE("reference row 8: weighted flips, threshold at one half") {
  policy::PredictionSet set = binary_set();
  set.label.reset();
  set.weight = "w";
  const auto report = compare_texts(
      set, "id,p,w\n1,.1,1\n2,.9,2\n3,.1,3\n4,.9,4\n", "id,p,w\n1,.9,1\n2,.1,2\n3,.2,3\n4,.8,4\n");
  CHECK(metric_of(report, "churn").new_value == Approx(0.3));
  CHECK(report.counts.changed == 2);
  CHECK_FALSE(report.mcnemar_p.has_value());
}

TEST_CASE("reference row 24: Brier score and log loss") {
  const std::string policy = "schema = 1\n[[diff.rule]]\nmetric = \"log_loss\"\nmax = 1\n";
  const std::string text = "id,y,p\n1,0,.1\n2,1,.9\n3,1,.8\n4,0,.3\n";
  const auto report = compare_texts(binary_set(), text, text, policy);
  CHECK(metric_of(report, "brier_score").new_value == Approx(0.0375));
  CHECK(rule_of(report, "log_loss").figure.new_value == Approx(0.1976349).epsilon(1e-5));
  const std::string spam = "id,y,p\n1,1,.9\n2,0,.1\n3,0,.2\n4,1,.65\n";
  const auto doc = compare_texts(binary_set(), spam, spam, policy);
  CHECK(rule_of(doc, "log_loss").figure.new_value == Approx(0.21616187));
}

TEST_CASE("a prediction from one half on is the positive class") {
  const auto report =
      compare_texts(binary_set(), "id,y,p\n1,1,0.5\n2,0,0.2\n", "id,y,p\n1,1,0.4999\n2,0,0.2\n");
  CHECK(report.counts.negative_flips == 1);
  REQUIRE(report.worst.size() == 1);
  CHECK(report.worst[0].new_prediction == "0");
}

TEST_CASE("labels are one however they are spelled") {
  policy::PredictionSet set = binary_set();
  set.probabilities.clear();
  set.prediction = "m";
  const auto report = compare_texts(set, "id,y,m\n1,1,1\n2,0,0\n", "id,y,m\n1,1.0,1e0\n2,0,0.0\n");
  CHECK(report.is_comparable());
  CHECK(report.counts.changed == 0);
}

TEST_CASE("regression metrics, and what is undefined") {
  const auto report = compare_texts(
      regression_set(), "id,y,pred\n1,1,2\n2,3,3\n3,5,4\n", "id,y,pred\n1,1,1\n2,3,5\n3,5,5\n");
  CHECK(metric_of(report, "mean_absolute_error").old_value == Approx(2.0 / 3));
  CHECK(metric_of(report, "root_mean_squared_error").new_value == Approx(std::sqrt(4.0 / 3)));
  CHECK(metric_of(report, "r2").old_value == Approx(0.75));
  CHECK(metric_of(report, "max_error").new_value == Approx(2));
  CHECK(report.counts.worsened == 1);
  CHECK(report.counts.improved == 2);
  const auto constant =
      compare_texts(regression_set(), "id,y,pred\n1,1,2\n2,1,3\n", "id,y,pred\n1,1,1\n2,1,5\n");
  CHECK_FALSE(metric_of(constant, "r2").new_value.has_value());
  const auto holes =
      compare_texts(regression_set(), "id,y,pred\n1,1,2\n2,4,3\n", "id,y,pred\n1,1,1\n2,4,\n");
  CHECK_FALSE(metric_of(holes, "mean_absolute_error").new_value.has_value());
  CHECK(metric_of(holes, "mean_absolute_error").old_value == Approx(1));
  CHECK(rule_of(holes, "new_nonfinite").verdict == policy::Verdict::fail);
  CHECK(holes.worst.front().key == "2");
}

}  // namespace mlops::diff::test
