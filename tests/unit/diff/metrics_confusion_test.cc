// Expected numbers: scikit-learn 1.2.1 on the same rows.
#include "diff/metrics_confusion.h"

#include <catch2/catch.hpp>

#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {
namespace {

constexpr const char* kOldClasses =
    "id,y,m,w\n0,a,a,2\n1,c,c,2\n2,c,c,1\n3,a,a,0.5\n4,b,a,2\n5,c,c,0.5\n6,b,b,0.5\n7,c,b,0.5\n"
    "8,c,c,0.5\n9,a,b,1\n10,c,b,3\n11,a,a,2\n12,b,b,2\n13,b,a,1\n14,c,a,0.5\n15,a,a,2\n16,a,a,2\n"
    "17,c,c,2\n18,b,c,1\n19,c,b,3\n20,c,c,3\n21,b,b,3\n22,b,b,3\n23,c,c,0.5\n";
constexpr const char* kNewClasses =
    "id,y,m,w\n0,a,a,2\n1,c,c,2\n2,c,a,1\n3,a,c,0.5\n4,b,b,2\n5,c,c,0.5\n6,b,c,0.5\n7,c,c,0.5\n"
    "8,c,c,0.5\n9,a,a,1\n10,c,c,3\n11,a,b,2\n12,b,b,2\n13,b,b,1\n14,c,b,0.5\n15,a,a,2\n16,a,b,2\n"
    "17,c,a,2\n18,b,b,1\n19,c,c,3\n20,c,a,3\n21,b,b,3\n22,b,b,3\n23,c,c,0.5\n";
constexpr const char* kOldBinary =
    "id,y,p\n0,1,0.58\n1,1,0.73\n2,0,0.3\n3,1,0.74\n4,1,0.77\n5,1,0.27\n6,1,0.29\n7,1,0.72\n"
    "8,0,0.72\n9,1,0.43\n10,1,0.57\n11,0,0.46\n12,1,0.47\n13,0,0.3\n14,0,0.27\n15,1,0.51\n";
constexpr const char* kNewBinary =
    "id,y,p\n0,1,0.87\n1,1,0.66\n2,0,0.11\n3,1,0.99\n4,1,0.47\n5,1,0.85\n6,1,0.96\n7,1,0.67\n"
    "8,0,0.01\n9,1,0.99\n10,1,0.62\n11,0,0.01\n12,1,0.75\n13,0,0.34\n14,0,0.01\n15,1,0.68\n";

policy::PredictionSet classes_set() {
  policy::PredictionSet set = binary_set();
  set.probabilities.clear();
  set.positive.reset();
  set.prediction = "m";
  return set;
}

std::string rules_on(std::initializer_list<const char*> metrics) {
  std::string policy = "schema = 1\n";
  for (const char* metric : metrics) {
    policy += std::string("[[diff.rule]]\nmetric = \"") + metric + "\"\nmax = 9\n";
  }
  return policy;
}

void check_figure(const PredictionReport& report, const char* metric, double before, double after) {
  INFO(metric);
  const policy::Figure& figure = rule_of(report, metric).figure;
  REQUIRE(figure.old_value.has_value());
  REQUIRE(figure.new_value.has_value());
  CHECK(*figure.old_value == Approx(before).epsilon(1e-11));
  CHECK(*figure.new_value == Approx(after).epsilon(1e-11));
}

const std::string kAll =
    rules_on({"precision", "recall", "f1", "balanced_accuracy", "matthews_corrcoef"});
const std::string kAverages = rules_on({"precision_macro",
                                        "precision_micro",
                                        "precision_weighted",
                                        "recall_macro",
                                        "recall_micro",
                                        "recall_weighted",
                                        "f1_macro",
                                        "f1_micro",
                                        "f1_weighted"});

}  // namespace

TEST_CASE("several classes: the mean over them, as scikit-learn's macro") {
  const auto report = compare_texts(classes_set(), kOldClasses, kNewClasses, kAll);
  check_figure(report, "precision", 0.666666666667, 0.648148148148);
  check_figure(report, "recall", 0.680375180375, 0.664502164502);
  check_figure(report, "f1", 0.661487050961, 0.65);
  check_figure(report, "balanced_accuracy", 0.680375180375, 0.664502164502);
  check_figure(report, "matthews_corrcoef", 0.509371631974, 0.497354649482);
}

TEST_CASE("several classes with weights") {
  policy::PredictionSet set = classes_set();
  set.weight = "w";
  const auto report = compare_texts(set, kOldClasses, kNewClasses, kAll);
  check_figure(report, "precision", 0.714781746032, 0.696969696970);
  check_figure(report, "recall", 0.716831472621, 0.697458798511);
  check_figure(report, "f1", 0.696964202064, 0.680887937406);
  check_figure(report, "balanced_accuracy", 0.716831472621, 0.697458798511);
  check_figure(report, "matthews_corrcoef", 0.550767388172, 0.566659575696);
}

TEST_CASE("two classes: precision, recall and f1 are of the positive one") {
  const auto report =
      compare_texts(binary_set(), kOldBinary, kNewBinary, kAll + rules_on({"log_loss"}).substr(11));
  check_figure(report, "precision", 0.875, 1.0);
  check_figure(report, "recall", 0.636363636364, 0.909090909091);
  check_figure(report, "f1", 0.736842105263, 0.952380952381);
  check_figure(report, "balanced_accuracy", 0.718181818182, 0.954545454545);
  check_figure(report, "matthews_corrcoef", 0.404519917478, 0.870388279778);
  check_figure(report, "log_loss", 0.628080505881, 0.227956242493);
}

TEST_CASE("averages over classes by name") {
  const auto report = compare_texts(classes_set(), kOldClasses, kNewClasses, kAverages);
  check_figure(report, "precision_macro", 0.666666666667, 0.648148148148);
  check_figure(report, "precision_micro", 0.666666666667, 0.666666666667);
  check_figure(report, "precision_weighted", 0.703125000000, 0.675925925926);
  check_figure(report, "recall_macro", 0.680375180375, 0.664502164502);
  check_figure(report, "recall_micro", 0.666666666667, 0.666666666667);
  check_figure(report, "recall_weighted", 0.666666666667, 0.666666666667);
  check_figure(report, "f1_macro", 0.661487050961, 0.650000000000);
  check_figure(report, "f1_micro", 0.666666666667, 0.666666666667);
  check_figure(report, "f1_weighted", 0.671846282373, 0.664583333333);
}

TEST_CASE("averages over classes with weights") {
  policy::PredictionSet set = classes_set();
  set.weight = "w";
  const auto report = compare_texts(set, kOldClasses, kNewClasses, kAverages);
  check_figure(report, "precision_macro", 0.714781746032, 0.696969696970);
  check_figure(report, "precision_micro", 0.688311688312, 0.701298701299);
  check_figure(report, "precision_weighted", 0.735022418058, 0.737898465171);
  check_figure(report, "recall_macro", 0.716831472621, 0.697458798511);
  check_figure(report, "recall_micro", 0.688311688312, 0.701298701299);
  check_figure(report, "recall_weighted", 0.688311688312, 0.701298701299);
  check_figure(report, "f1_macro", 0.696964202064, 0.680887937406);
  check_figure(report, "f1_micro", 0.688311688312, 0.701298701299);
  check_figure(report, "f1_weighted", 0.690360503090, 0.700752569550);
}

TEST_CASE("an average that is named is over both classes, positive or not") {
  const auto report = compare_texts(binary_set(), kOldBinary, kNewBinary, kAverages);
  check_figure(report, "f1_macro", 0.676113360324, 0.930735930736);
  check_figure(report, "f1_micro", 0.687500000000, 0.937500000000);
  check_figure(report, "f1_weighted", 0.698886639676, 0.938852813853);
}

TEST_CASE("a class that is predicted and has no rows counts in the mean, not in the weighted one") {
  const auto report =
      compare_texts(classes_set(), "id,y,m\n1,a,a\n2,a,a\n", "id,y,m\n1,a,a\n2,a,b\n", kAverages);
  CHECK_FALSE(rule_of(report, "recall_macro").figure.new_value.has_value());
  CHECK(rule_of(report, "precision_macro").figure.new_value == Approx(0.5));
  CHECK(rule_of(report, "recall_weighted").figure.new_value == Approx(0.5));
  CHECK(rule_of(report, "precision_weighted").figure.new_value == Approx(1.0));
  CHECK(rule_of(report, "f1_micro").figure.new_value == Approx(0.5));
}

TEST_CASE("a quotient of nothing by nothing is no figure") {
  // Nobody is predicted positive: no precision, and no correlation with a constant.
  const char* never = "id,y,p\n1,1,.1\n2,0,.1\n3,1,.2\n";
  const auto report = compare_texts(binary_set(), never, never, kAll);
  for (const char* metric : {"precision", "matthews_corrcoef"}) {
    CHECK_FALSE(rule_of(report, metric).figure.new_value.has_value());
    CHECK(rule_of(report, metric).verdict == policy::Verdict::insufficient);
  }
  CHECK(rule_of(report, "recall").figure.new_value == 0.0);
  CHECK(rule_of(report, "f1").figure.new_value == 0.0);
}

TEST_CASE("a row without a prediction is wrong, and of no class") {
  const auto report =
      compare_texts(classes_set(), "id,y,m\n1,a,a\n2,b,b\n", "id,y,m\n1,a,a\n2,b,\n", kAll);
  CHECK(rule_of(report, "recall").figure.new_value == Approx(0.5));
  CHECK(rule_of(report, "balanced_accuracy").figure.new_value == Approx(0.5));
  CHECK_FALSE(rule_of(report, "precision").figure.new_value.has_value());
}

TEST_CASE("percentage errors leave out the labels that are 0") {
  const std::string policy = rules_on({"mean_absolute_percentage_error"});
  const auto report =
      compare_texts(regression_set(),
                    "id,y,pred\n1,2,2.5\n2,-4,-5\n3,8,7\n4,.5,.25\n5,10,10\n6,0,3\n",
                    "id,y,pred\n1,2,2\n2,-4,-4.4\n3,8,9\n4,.5,.5\n5,10,11\n6,0,3\n",
                    policy);
  check_figure(report, "mean_absolute_percentage_error", 0.225, 0.065);
  const char* zeros = "id,y,pred\n1,0,1\n2,0,2\n";
  const auto undefined = compare_texts(regression_set(), zeros, zeros, policy);
  CHECK(rule_of(undefined, "mean_absolute_percentage_error").verdict ==
        policy::Verdict::insufficient);
}

}  // namespace mlops::diff::test
