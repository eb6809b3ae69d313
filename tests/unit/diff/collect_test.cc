#include "diff/collect.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {

using policy::Verdict;

TEST_CASE("cells that are no numbers are named with table and row") {
  try {
    compare_texts(regression_set(), "id,y,pred\n1,1,2\n", "id,y,pred\n1,1,abc\n");
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::config);
    CHECK(error.message().find("new.csv") != std::string::npos);
    CHECK(error.message().find("abc") != std::string::npos);
    CHECK(error.message().find("row 1") != std::string::npos);
  }
}

TEST_CASE("probabilities outside 0 to 1 leave the figures undefined and are told") {
  const auto report =
      compare_texts(binary_set(), "id,y,p\n1,1,.5\n2,0,.1\n", "id,y,p\n1,1,1.5\n2,0,.1\n");
  CHECK_FALSE(metric_of(report, "ece").new_value.has_value());
  CHECK_FALSE(metric_of(report, "brier_score").new_value.has_value());
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].find("outside 0 to 1") != std::string::npos);
}

TEST_CASE("several classes: the likeliest, of equal ones the first column") {
  policy::PredictionSet set = binary_set();
  set.positive.reset();
  set.probabilities = {{"a", "pa"}, {"b", "pb"}, {"c", "pc"}};
  const auto report = compare_texts(set,
                                    "id,y,pa,pb,pc\n1,a,.4,.4,.2\n2,b,.1,.8,.1\n",
                                    "id,y,pa,pb,pc\n1,a,.2,.4,.4\n2,b,.1,.8,.3\n");
  CHECK(metric_of(report, "accuracy").old_value == 1.0);
  CHECK(report.counts.negative_flips == 1);
  CHECK(report.worst.at(0).new_prediction == "b");
  CHECK(report.findings.size() == 3);  // 'a' vanished, a tie, a sum of 1.2
}

TEST_CASE("one probability cannot stand for three classes") {
  const std::string text = "id,y,p\n1,1,.9\n2,0,.1\n3,2,.1\n";
  CHECK_THROWS_AS(compare_texts(binary_set(), text, text), Error);
}

TEST_CASE("a label that nobody knew fails, one that vanished is told") {
  policy::PredictionSet set = binary_set();
  set.probabilities.clear();
  set.prediction = "m";
  const auto report = compare_texts(set, "id,y,m\n1,1,1\n2,0,7\n", "id,y,m\n1,1,9\n2,0,0\n");
  CHECK(rule_of(report, "new_labels").verdict == Verdict::fail);
  CHECK(report.verdict == Verdict::fail);
  CHECK(report.findings.size() == 1);
}

TEST_CASE("rows on one side are judged by their share") {
  const std::string before = "id,y,p\n1,1,.9\n2,0,.1\n3,1,.8\n";
  const std::string after = "id,y,p\n2,0,.1\n3,1,.8\n4,1,.7\n";
  const auto shared = compare_texts(binary_set(), before, after, {}, OtherKeys::leave_out);
  CHECK(shared.counts.only_old == 1);
  CHECK(shared.counts.only_new == 1);
  CHECK(shared.is_comparable());
  CHECK(rule_of(shared, "missing_rows").verdict == Verdict::fail);
  CHECK(metric_of(shared, "accuracy").n == 2);
  const auto allowed =
      compare_texts(binary_set(), before, after, "schema = 1\n[diff]\nmissing_rows = 0.5\n");
  CHECK(rule_of(allowed, "missing_rows").verdict == Verdict::pass);
  CHECK(allowed.is_comparable());
}

TEST_CASE("other keys are not comparable: insufficient, nothing computed, some of them named") {
  const auto report = compare_texts(binary_set(),
                                    "id,y,p\n1,1,.9\n2,0,.1\n3,1,.8\n",
                                    "id,y,p\n2,0,.1\n3,1,.8\n4,1,.7\n",
                                    "schema = 1\n[[diff.rule]]\nmetric = \"accuracy\"\nmin = 0\n");
  CHECK(report.incomparable == Incomparable::keys);
  CHECK(report.verdict == Verdict::insufficient);
  CHECK(report.metrics.empty());
  CHECK(rule_of(report, "accuracy").reason == "the keys differ");
  const std::string& reason = rule_of(report, "missing_rows").reason;
  CHECK(reason.find("2 of 4 keys stand on one side only") != std::string::npos);
  CHECK(reason.find("--common compares the other 2") != std::string::npos);
  CHECK(reason.find("'1'") != std::string::npos);
  CHECK(reason.find("'4'") != std::string::npos);
}

TEST_CASE("which of many keys are named does not depend on the order of rows") {
  std::string forth = "id,y,p\n0,1,.5\n";
  std::string back = forth;
  for (int i = 1; i < 100; ++i) {
    forth += std::to_string(i) + ",1,.5\n";
    back += std::to_string(100 - i) + ",1,.5\n";
  }
  const auto one = compare_texts(binary_set(), forth, "id,y,p\n0,1,.5\n");
  const auto other = compare_texts(binary_set(), back, "id,y,p\n0,1,.5\n");
  CHECK(rule_of(one, "missing_rows").reason == rule_of(other, "missing_rows").reason);
}

TEST_CASE("other labels are not comparable: insufficient, nothing computed") {
  const auto report = compare_texts(binary_set(),
                                    "id,y,p\n1,1,.9\n2,0,.1\n",
                                    "id,y,p\n1,1,.9\n2,1,.1\n",
                                    "schema = 1\n[[diff.rule]]\nmetric = \"accuracy\"\nmin = 0\n");
  CHECK_FALSE(report.is_comparable());
  CHECK(report.verdict == Verdict::insufficient);
  CHECK(report.metrics.empty());
  CHECK(rule_of(report, "accuracy").verdict == Verdict::insufficient);
  CHECK(rule_of(report, "accuracy").reason == "the labels differ");
  CHECK(rule_of(report, "labels_differ")
            .reason.find("1 of 2 labels differ, the first at 2: 0 -> 1") != std::string::npos);
}

TEST_CASE("a positive class that no row has is a slip, or rare") {
  policy::PredictionSet set = binary_set();
  set.probabilities.clear();
  set.prediction = "m";
  set.positive = "7";
  const std::string two = "id,y,m\n1,1,1\n2,0,0\n";
  CHECK_THROWS_WITH(
      compare_texts(set, two, two),
      Catch::Contains("'new.csv': no label and no prediction is the positive class '7'"));
  const std::string one = "id,y,m\n1,0,0\n2,0,0\n";
  const auto report = compare_texts(set, one, one);
  CHECK(report.findings ==
        std::vector<std::string>{"no label and no prediction is the positive class '7'"});
  set.positive = "1";
  CHECK(compare_texts(set, two, two).findings.empty());
}

TEST_CASE("counts of the built-in rules are whole numbers") {
  const auto report =
      compare_texts(regression_set(), "id,y,pred\n1,1,1\n2,1,1\n", "id,y,pred\n1,1,nan\n2,1,1\n");
  CHECK(rule_of(report, "new_nonfinite").unit == Unit::count);
  CHECK(rule_of(report, "new_nonfinite").figure.new_value == 1);
  CHECK(rule_of(report, "labels_differ").unit == Unit::count);
  CHECK(rule_of(report, "missing_rows").unit == Unit::real);
}

TEST_CASE("rows without a label are left out and counted") {
  const std::string text = "id,y,p\n1,1,.9\n2,,.1\n3,0,.1\n";
  const auto report = compare_texts(binary_set(), text, text);
  CHECK(metric_of(report, "accuracy").n == 2);
  CHECK(report.findings.at(0) == "1 row without a label is left out of the metrics");
}

}  // namespace mlops::diff::test
