#include <cmath>
#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "diff/text_measure.h"
#include "diff/vector_measure.h"
#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {
namespace {

using policy::Verdict;

policy::PredictionSet set_of(policy::Task task) {
  policy::PredictionSet set;
  set.name = "answers";
  set.path = "out/answers.csv";
  set.task = task;
  set.key = {"id"};
  set.prediction = "a";
  return set;
}

double value(const VectorMeasure& measure, PairValue kind) {
  return measure.pair.value[static_cast<std::size_t>(kind)];
}

VectorMeasure measure(const std::string& o, const std::string& n) {
  return measure_vectors(parse_vector(o).value(), parse_vector(n).value(), {});
}

}  // namespace

TEST_CASE("texts are compared as they are, and normalized") {
  const auto report = compare_texts(set_of(policy::Task::text),
                                    "id,a\n1,yes\n2,no  way\n3,cafe\xcc\x81\n4,gone\n5,kitten\n",
                                    "id,a\n1,yes\n2,no way \n3,caf\xc3\xa9\n4,\n5,sitting\n");
  CHECK(metric_of(report, "exact_match_rate").new_value.value() == Approx(.2));
  CHECK(metric_of(report, "normalized_match_rate").new_value.value() == Approx(.6));
  CHECK(metric_of(report, "newly_empty_rate").new_value.value() == Approx(.2));
  CHECK(report.counts.changed == 4);
  CHECK(report.worst.at(0).key == "4");
  CHECK(report.worst.at(0).loss_change == 1.0);
  // An answer that is gone is a value that is gone.
  CHECK(rule_of(report, "new_nonfinite").verdict == Verdict::fail);
  CHECK_THROWS_AS(metric_of(report, "label_similarity"), std::runtime_error);
}

TEST_CASE("texts are also held against the label") {
  policy::PredictionSet set = set_of(policy::Task::text);
  set.label = "y";
  const auto report =
      compare_texts(set,
                    "id,y,a\n1,abcd,abcd\n2,abcd,abcx\n",
                    "id,y,a\n1,abcd,abxx\n2,abcd,abcd\n",
                    "schema = 1\n[[diff.rule]]\nmetric = \"label_similarity\"\nmax_drop = 0.1\n"
                    "[[diff.rule]]\nmetric = \"text_similarity\"\nmin = 0.7\n");
  CHECK(metric_of(report, "label_match_rate").change == 0.0);
  CHECK(metric_of(report, "label_similarity").old_value.value() == Approx(.875));
  CHECK(metric_of(report, "label_similarity").new_value.value() == Approx(.75));
  CHECK(rule_of(report, "label_similarity").verdict == Verdict::fail);
  CHECK(rule_of(report, "text_similarity").verdict == Verdict::fail);
  CHECK(rule_of(report, "text_similarity").figure.new_value.value() == Approx((.5 + .75) / 2));
}

TEST_CASE("how alike texts, vectors and lists are is a picture") {
  const auto texts = compare_texts(
      set_of(policy::Task::text), "id,a\n1,abcd\n2,abcd\n3,x\n", "id,a\n1,abcd\n2,abxx\n3,yz\n");
  REQUIRE(texts.histograms.size() == 1);
  const Histogram& picture = texts.histograms.front();
  CHECK(picture.title == "similarity of both texts");
  CHECK(picture.edges.front() == 0.0);
  CHECK(picture.edges.back() == Approx(1));
  CHECK(picture.counts.at(39) == 1);
  CHECK(picture.counts.at(20) == 1);
  CHECK(picture.counts.at(0) == 1);
  const auto vectors = compare_texts(
      set_of(policy::Task::embedding), "id,a_0,a_1\n1,1,0\n2,0,1\n", "id,a_0,a_1\n1,1,0\n2,0,-1\n");
  REQUIRE(vectors.histograms.size() == 1);
  CHECK(vectors.histograms.front().edges.front() == -1.0);
  CHECK(vectors.histograms.front().counts.at(0) == 1);
  CHECK(vectors.histograms.front().counts.at(39) == 1);
}

TEST_CASE("white space is collapsed") {
  CHECK(normalized_text("  a \t\n b ") == "a b");
  CHECK(normalized_text(" \n") == "");
}

TEST_CASE("vectors are read strictly") {
  CHECK(parse_vector("[1, 2.5, -3e1]")->values == std::vector<double>{1, 2.5, -30});
  CHECK(parse_vector("[[1,2],[3,4],[5,6]]")->shape == std::vector<std::size_t>{3, 2});
  CHECK(parse_vector("7")->shape.empty());
  CHECK(parse_vector("Infinity")->values == std::vector<double>{HUGE_VAL});
  CHECK(std::isnan(parse_vector("[null, NaN]")->values.at(1)));
  CHECK(parse_vector("[-Infinity, Infinity]")->values == std::vector<double>{-HUGE_VAL, HUGE_VAL});
  for (const char* bad : {"",
                          "[",
                          "[]",
                          "[1,]",
                          "[1 2]",
                          "[[1],2]",
                          "[1,[2]]",
                          "[[1,2],[3]]",
                          "[1]x",
                          "[a]",
                          "[[[[[[[[[1]]]]]]]]]",
                          "[[],[1]]"}) {
    INFO(bad);
    CHECK_FALSE(parse_vector(bad).has_value());
  }
}

TEST_CASE("cosine, distances and the share within the tolerance") {
  const auto turned = measure("[1, 0]", "[0, 1]");
  CHECK(value(turned, PairValue::cosine) == 0.0);
  CHECK(value(turned, PairValue::l2) == Approx(std::sqrt(2.0)));
  CHECK(value(turned, PairValue::relative_l2) == Approx(std::sqrt(2.0)));
  CHECK(value(measure("[3, 4]", "[6, 8]"), PairValue::cosine) == Approx(1.0));
  CHECK(value(measure("[3, 4]", "[-3, -4]"), PairValue::cosine) == Approx(-1.0));
  // As Polygraphy has it: both zero are alike, one is not.
  CHECK(value(measure("[0, 0]", "[0, 0]"), PairValue::cosine) == 1.0);
  CHECK(value(measure("[0, 0]", "[0, 1]"), PairValue::cosine) == 0.0);
  CHECK(std::isnan(value(measure("[0, 0]", "[0, 1]"), PairValue::relative_l2)));
  // Reference number 10: the mean of |new - old|.
  const auto apart = measure("[0, 1, 2, 3]", "[.15, 1.25, 2.5, 3.75]");
  CHECK(value(apart, PairValue::mean_abs) == Approx(.4125));
  CHECK(value(apart, PairValue::max_abs) == Approx(.75));
  CHECK(value(apart, PairValue::within) == 0.0);
}

TEST_CASE("a row that lost a number is invalid and not averaged away") {
  const auto lost = measure("[1, 2]", "[1, NaN]");
  CHECK(std::isinf(value(lost, PairValue::cosine)));
  CHECK(lost.has_new_nonfinite);
  // What was no number and is none is equal.
  CHECK(value(measure("[1, NaN]", "[1, NaN]"), PairValue::cosine) == Approx(1.0));
  const auto report = compare_texts(set_of(policy::Task::embedding),
                                    "id,a_0,a_1\n1,1,2\n2,1,1\n",
                                    "id,a_0,a_1\n1,1,nan\n2,1,1\n");
  CHECK_FALSE(metric_of(report, "cosine_similarity").new_value.has_value());
  CHECK(rule_of(report, "new_nonfinite").verdict == Verdict::fail);
}

TEST_CASE("the peak signal to noise ratio is over all elements of all rows") {
  policy::PredictionSet set;
  set.name = "images";
  set.path = "images.csv";
  set.task = policy::Task::tensor;
  set.key = {"id"};
  set.prediction = "t";
  const std::string policy =
      "schema = 1\n[[diff.rule]]\nmetric = \"peak_signal_noise_ratio\"\nmin = 30.0\n";
  const auto psnr = [&](const std::string& before, const std::string& after) {
    return rule_of(compare_texts(set, "id,t\n" + before, "id,t\n" + after, policy),
                   "peak_signal_noise_ratio");
  };
  // Range 9, mean squared difference (0.25 + 0 + 0 + 0.25) / 4.
  const RuleResult noisy = psnr("1,1\n2,4\n3,6\n4,10\n", "1,1.5\n2,4\n3,6\n4,9.5\n");
  CHECK(noisy.figure.new_value == Approx(10 * std::log10(81 / 0.125)));
  CHECK(noisy.verdict == policy::Verdict::fail);
  const RuleResult same = psnr("1,1\n2,4\n", "1,1\n2,4\n");
  CHECK(std::isinf(same.figure.new_value.value()));
  CHECK(same.verdict == policy::Verdict::pass);
  const RuleResult flat = psnr("1,2\n2,2\n", "1,2\n2,3\n");
  CHECK_FALSE(flat.figure.new_value.has_value());
  CHECK(flat.verdict == policy::Verdict::insufficient);
}

TEST_CASE("one global cosine hides single rows: the minimum and a low quantile do not") {
  std::string before = "id,a_0,a_1\n";
  std::string after = before;
  for (int id = 0; id < 300; ++id) {
    before += std::to_string(id) + ",1,0\n";
    after += std::to_string(id) + (id == 7 ? ",0,1\n" : ",1,0\n");
  }
  const auto report = compare_texts(set_of(policy::Task::embedding), before, after);
  CHECK(metric_of(report, "cosine_similarity").new_value.value() > 0.996);
  CHECK(metric_of(report, "cosine_similarity_min").new_value.value() == 0.0);
  CHECK(metric_of(report, "cosine_similarity_p01").new_value.value() == 1.0);
  REQUIRE(report.worst.size() == 1);
  CHECK(report.worst[0].key == "7");
  CHECK(report.worst[0].old_prediction == "[1, 0]");
  CHECK(report.counts.changed == 1);
}

TEST_CASE("another shape fails") {
  const auto wider = compare_texts(
      set_of(policy::Task::embedding), "id,a_0,a_1\n1,1,2\n", "id,a_0,a_1,a_2\n1,1,2,3\n");
  CHECK(rule_of(wider, "shape_mismatch").verdict == Verdict::fail);
  CHECK_FALSE(metric_of(wider, "cosine_similarity").new_value.has_value());
  const std::string flat = "id,a\n1,[1]\n";
  const auto same = compare_texts(set_of(policy::Task::tensor), flat, flat);
  CHECK(rule_of(same, "shape_mismatch").verdict == Verdict::pass);
  CHECK_THROWS_AS(compare_texts(set_of(policy::Task::tensor), "id,a\n1,abc\n", "id,a\n1,abc\n"),
                  Error);
  CHECK_THROWS_AS(compare_texts(set_of(policy::Task::tensor), "id,b\n1,1\n", "id,b\n1,1\n"), Error);
}

TEST_CASE("how far numbers lie apart, without labels") {
  policy::PredictionSet set = set_of(policy::Task::regression);
  const std::string rules =
      "schema = 1\n[[diff.rule]]\nmetric = \"mean_abs_difference\"\nmax = 0.4\n"
      "[[diff.rule]]\nmetric = \"max_abs_difference\"\nmax = 0.75\n"
      "[[diff.rule]]\nmetric = \"median_abs_difference\"\nmax = 1\n"
      "[[diff.rule]]\nmetric = \"p99_abs_difference\"\nmax = 1\n"
      "[[diff.rule]]\nmetric = \"mean_relative_difference\"\nmax = 1\n";
  const auto report = compare_texts(
      set, "id,a\n1,0\n2,1\n3,2\n4,3\n", "id,a\n1,.15\n2,1.25\n3,2.5\n4,3.75\n", rules);
  CHECK(rule_of(report, "mean_abs_difference").figure.new_value.value() == Approx(.4125));
  CHECK(rule_of(report, "mean_abs_difference").verdict == Verdict::fail);
  CHECK(rule_of(report, "max_abs_difference").verdict == Verdict::pass);
  CHECK(rule_of(report, "median_abs_difference").figure.new_value.value() == Approx(.375));
  CHECK(rule_of(report, "p99_abs_difference").figure.new_value.value() == Approx(.7425));
  CHECK(rule_of(report, "mean_relative_difference").figure.new_value.value() == Approx(.25));
  REQUIRE(report.worst.size() == 4);
  CHECK(report.worst[0].key == "4");
  CHECK(report.worst_by == "|difference|");
}

}  // namespace mlops::diff::test
