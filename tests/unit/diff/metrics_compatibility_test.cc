#include "diff/metrics_compatibility.h"

#include <numeric>
#include <vector>

#include <catch2/catch.hpp>

#include "unit/diff/fake_engine.h"

namespace mlops::diff {
namespace {

struct Row {
  std::uint32_t label, before, after;
};

Samples samples_of(const std::vector<Row>& rows) {
  Samples samples;
  samples.size = rows.size();
  samples.has_labels = true;
  samples.classes = {"0", "1", "2"};
  for (const Row& row : rows) {
    samples.labelled.push_back(static_cast<std::uint32_t>(samples.label.size()));
    samples.label.push_back(row.label);
    samples.old_version.prediction.push_back(row.before);
    samples.new_version.prediction.push_back(row.after);
  }
  return samples;
}

// a = 4, b = 1, c = 2, d = 3, of which one answer changed.
const std::vector<Row> kRows{{0, 0, 0},
                             {1, 1, 1},
                             {2, 2, 2},
                             {1, 1, 1},
                             {0, 0, 1},
                             {1, 0, 1},
                             {1, 2, 1},
                             {0, 1, 1},
                             {0, 1, 2},
                             {2, 0, 0}};

}  // namespace

TEST_CASE("what users rely on: by the counts of right and wrong in both versions") {
  const Samples samples = samples_of(kRows);
  const Selection all = select_labelled(samples);
  CHECK(backward_trust_compatibility(samples, all) == Approx(4.0 / 5));
  CHECK(backward_error_compatibility(samples, all) == Approx(3.0 / 5));
  // NFR 0.1, right before 0.5, wrong after 0.4.
  CHECK(relative_negative_flip_rate(samples, all) == Approx(0.1 / (0.5 * 0.4)));
  // C = (b + c + d') / N = 0.4, accuracy 0.5 -> 0.6.
  CHECK(unnecessary_churn(samples, all) == Approx(0.4 - 0.1));
  CHECK(win_loss_ratio(samples, all) == Approx(2));
}

TEST_CASE("weights count as so many rows") {
  Samples samples = samples_of({{0, 0, 0}, {0, 0, 1}, {0, 1, 0}});
  samples.weight = {3, 1, 2};
  const Selection all = select_labelled(samples);
  CHECK(backward_trust_compatibility(samples, all) == Approx(0.75));
  CHECK(win_loss_ratio(samples, all) == Approx(2));
  CHECK(unnecessary_churn(samples, all) == Approx(0.5 - 1.0 / 6));
}

TEST_CASE("a quotient without a denominator is none, and never 0") {
  const Samples right = samples_of({{0, 0, 0}, {1, 1, 1}});
  const Selection all = select_labelled(right);
  CHECK(backward_trust_compatibility(right, all) == 1.0);
  CHECK_FALSE(backward_error_compatibility(right, all));
  CHECK_FALSE(relative_negative_flip_rate(right, all));
  CHECK_FALSE(win_loss_ratio(right, all));
  const Samples none = samples_of({});
  CHECK_FALSE(unnecessary_churn(none, select_labelled(none)));
  Samples unlabelled = samples_of({{0, 0, 0}});
  unlabelled.has_labels = false;
  CHECK_FALSE(backward_trust_compatibility(unlabelled, select_labelled(unlabelled)));
}

TEST_CASE("bias and turned signs of numbers") {
  const auto report =
      test::compare_texts(test::regression_set(),
                          "id,y,pred\n1,1,2\n2,1,-1\n3,0,1\n4,2,0\n",
                          "id,y,pred\n1,1,-2\n2,1,-3\n3,0,1\n4,2,5\n",
                          "schema = 1\n"
                          "[[diff.rule]]\nmetric = \"mean_error\"\nmax = 10.0\n"
                          "[[diff.rule]]\nmetric = \"sign_flip_rate\"\nmax = 0.5\n");
  const auto& bias = test::rule_of(report, "mean_error").figure;
  CHECK(bias.old_value == Approx(-0.5));
  CHECK(bias.new_value == Approx(-0.75));
  CHECK(test::rule_of(report, "sign_flip_rate").figure.new_value == Approx(0.25));
}

TEST_CASE("intervals are drawn where a rule decides by them, and else only for whom asks") {
  std::string before = "id,y,pred\n";
  std::string after = before;
  for (int id = 0; id < 60; ++id) {
    before += std::to_string(id) + ",1," + std::to_string(id % 7) + "\n";
    after += std::to_string(id) + ",1," + std::to_string(id % 5) + "\n";
  }
  const std::string rule = "[[diff.rule]]\nmetric = \"mean_absolute_error\"\nmax_rise = 1.0\n";
  const auto point =
      test::compare_texts(test::regression_set(), before, after, "schema = 1\n" + rule);
  CHECK_FALSE(test::rule_of(point, "mean_absolute_error").figure.change_ci);
  CHECK_FALSE(test::metric_of(point, "r2").ci);
  const auto sure = test::compare_texts(
      test::regression_set(), before, after, "schema = 1\n[diff]\ndecide = \"sure\"\n" + rule);
  const auto interval = test::rule_of(sure, "mean_absolute_error").figure.change_ci;
  REQUIRE(interval);
  CHECK(interval->low < interval->high);
  CHECK_FALSE(test::metric_of(sure, "r2").ci);
}

}  // namespace mlops::diff
