// Expected numbers: scikit-learn 1.2.1 on the same rows, roc_auc_score and average_precision_score,
// of several classes the mean over each class against the rest.
#include "diff/metrics_curves.h"

#include <catch2/catch.hpp>

#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {
namespace {

constexpr const char* kClasses =
    "id,y,pa,pb,pc,w\n0,c,0.3,0.4,0.3,0.5\n1,b,0.1,0.9,0,1\n2,c,0,0.3,0.7,3\n3,c,0.3,0.2,0.5,1\n"
    "4,b,0.4,0.6,0,1\n5,c,0.1,0.4,0.5,1\n6,c,0.2,0,0.8,2\n7,a,0.4,0.1,0.5,1\n8,a,0.4,0.3,0.3,3\n"
    "9,a,0.7,0,0.3,1\n10,a,0.5,0.4,0.1,1\n11,c,0.4,0,0.6,2\n12,c,0.2,0.1,0.7,2\n13,a,0.4,0.4,0.2,"
    "2\n"
    "14,b,0.2,0.5,0.3,2\n15,c,0.1,0.3,0.6,3\n16,a,0.5,0,0.5,3\n17,c,0.1,0.4,0.5,3\n";

policy::PredictionSet curve_set() {
  policy::PredictionSet set = binary_set();
  set.probabilities = {{"a", "pa"}, {"b", "pb"}, {"c", "pc"}};
  set.positive.reset();
  return set;
}

const std::string kRules =
    "schema = 1\n[[diff.rule]]\nmetric = \"roc_auc\"\nmin = 0\n"
    "[[diff.rule]]\nmetric = \"average_precision\"\nmin = 0\n";

/// Of the new version: {roc_auc, average_precision}.
std::pair<std::optional<double>, std::optional<double>> curves(const policy::PredictionSet& set,
                                                               const char* table) {
  const auto report = compare_texts(set, table, table, kRules);
  return {rule_of(report, "roc_auc").figure.new_value,
          rule_of(report, "average_precision").figure.new_value};
}

}  // namespace

TEST_CASE("areas of the positive class") {
  const auto [auc, precision] =
      curves(binary_set(),
             "id,y,p\n0,1,0.58\n1,1,0.73\n2,0,0.3\n3,1,0.74\n4,1,0.77\n5,1,0.27\n6,1,0.29\n"
             "7,1,0.72\n8,0,0.72\n9,1,0.43\n10,1,0.57\n11,0,0.46\n12,1,0.47\n13,0,0.3\n"
             "14,0,0.27\n15,1,0.51\n");
  CHECK(auc.value() == Approx(0.7272727272727273).epsilon(1e-12));
  CHECK(precision.value() == Approx(0.8613029647120556).epsilon(1e-12));
}

TEST_CASE("areas of several classes, with and without weights") {
  policy::PredictionSet set = curve_set();
  const auto plain = curves(set, kClasses);
  CHECK(plain.first.value() == Approx(0.9593621399176956).epsilon(1e-12));
  CHECK(plain.second.value() == Approx(0.9228835978835979).epsilon(1e-12));
  set.weight = "w";
  const auto weighted = curves(set, kClasses);
  CHECK(weighted.first.value() == Approx(0.9701721534279674).epsilon(1e-12));
  CHECK(weighted.second.value() == Approx(0.9394351680065965).epsilon(1e-12));
}

TEST_CASE("probabilities that are all equal order nothing") {
  const auto [auc, precision] = curves(binary_set(), "id,y,p\n1,1,.5\n2,0,.5\n3,0,.5\n4,0,.5\n");
  CHECK(auc == 0.5);
  CHECK(precision == 0.25);
}

TEST_CASE("an area without events, without others or without a probability is none") {
  for (const char* table : {"id,y,p\n1,1,.5\n2,1,.4\n", "id,y,p\n1,0,.5\n2,0,.4\n"}) {
    CHECK_FALSE(curves(binary_set(), table).first.has_value());
  }
  CHECK_FALSE(curves(binary_set(), "id,y,p\n1,0,.5\n2,0,.4\n").second.has_value());
  const auto [auc, precision] = curves(binary_set(), "id,y,p\n1,1,.5\n2,0,1.5\n");
  CHECK_FALSE(auc.has_value());
  CHECK_FALSE(precision.has_value());
  // A label without a column cannot be ranked.
  CHECK_FALSE(curves(curve_set(), "id,y,pa,pb,pc\n1,a,1,0,0\n2,b,0,1,0\n3,c,0,0,1\n4,d,0,0,1\n")
                  .first.has_value());
}

}  // namespace mlops::diff::test
