#include "diff/rules.h"

#include <catch2/catch.hpp>

#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {
namespace {

using policy::Verdict;

struct Pair {
  std::string before = "id,y,p\n";
  std::string after = "id,y,p\n";
};

/// n rows, all right before; the first `broken` wrong after.
Pair flips(int n, int broken) {
  Pair pair;
  for (int i = 0; i < n; ++i) {
    const std::string head = std::to_string(i) + "," + std::to_string(i % 2) + ",";
    pair.before += head + (i % 2 == 1 ? "0.9" : "0.1") + "\n";
    pair.after += head + ((i % 2 == 1) != (i < broken) ? "0.9" : "0.1") + "\n";
  }
  return pair;
}

PredictionReport judged(const Pair& pair, const std::string& policy) {
  return compare_texts(binary_set(), pair.before, pair.after, "schema = 1\n" + policy);
}

}  // namespace

TEST_CASE("severity and on_insufficient decide what a verdict adds") {
  using policy::OnInsufficient;
  using policy::Severity;
  const auto effect = [](Verdict verdict, Severity severity, OnInsufficient on_insufficient) {
    return policy::effect_of(verdict, severity, on_insufficient);
  };
  CHECK(effect(Verdict::fail, Severity::fail, OnInsufficient::warn) == Verdict::fail);
  CHECK(effect(Verdict::fail, Severity::warn, OnInsufficient::warn) == Verdict::warn);
  CHECK(effect(Verdict::insufficient, Severity::fail, OnInsufficient::fail) ==
        Verdict::insufficient);
  CHECK(effect(Verdict::insufficient, Severity::warn, OnInsufficient::fail) == Verdict::warn);
  CHECK(effect(Verdict::insufficient, Severity::fail, OnInsufficient::warn) == Verdict::warn);
  CHECK(effect(Verdict::insufficient, Severity::fail, OnInsufficient::pass) == Verdict::pass);
  CHECK(effect(Verdict::skipped, Severity::fail, OnInsufficient::fail) == Verdict::skipped);
}

TEST_CASE("planted flips are judged by their rate") {
  const std::string policy = "[[diff.rule]]\nmetric = \"negative_flip_rate\"\nmax = 0.05\n";
  const auto kept = judged(flips(100, 5), policy);
  CHECK(kept.verdict == Verdict::pass);
  CHECK(rule_of(kept, "negative_flip_rate").detail == "5 of 100");
  const auto broken = judged(flips(100, 6), policy);
  CHECK(broken.verdict == Verdict::fail);
  CHECK(broken.counts.negative_flips == 6);
}

TEST_CASE("sure fails only on proof, and Holm asks for more of it") {
  const std::string rule = "[[diff.rule]]\nmetric = \"accuracy\"\nmax_drop = 0.01\n";
  const std::string sure = "[diff]\ndecide = \"sure\"\n";
  CHECK(judged(flips(100, 3), rule).verdict == Verdict::fail);
  CHECK(judged(flips(100, 3), sure + rule).verdict == Verdict::pass);
  CHECK(judged(flips(100, 20), sure + rule).verdict == Verdict::fail);
  // Eight flips prove it at 0.05 alone; among five rules Holm wants 0.01.
  const std::string easy = "[[diff.rule]]\nmetric = \"accuracy\"\nmax_drop = 0.9\n";
  const std::string many = rule + easy + easy + easy + easy;
  const auto alone = judged(flips(100, 8), sure + rule);
  const auto corrected = judged(flips(100, 8), sure + many);
  const auto raw = judged(flips(100, 8), sure + "correction = \"none\"\n" + many);
  CHECK(alone.verdict == Verdict::fail);
  CHECK(raw.verdict == Verdict::fail);
  CHECK(corrected.verdict == Verdict::pass);
  CHECK(corrected.rules.front().p_adjusted.value() ==
        Approx(5 * alone.rules.front().p_adjusted.value()).epsilon(1e-6));
}

TEST_CASE("noninferior wants proof of harmlessness") {
  const std::string rule = "[[diff.rule]]\nmetric = \"accuracy\"\nmax_drop = 0.05\n";
  const std::string careful = "[diff]\ndecide = \"noninferior\"\n";
  CHECK(judged(flips(100, 3), rule).verdict == Verdict::pass);
  CHECK(judged(flips(100, 3), careful + rule).verdict == Verdict::fail);
  CHECK(judged(flips(100, 0), careful + rule).verdict == Verdict::pass);
}

TEST_CASE("a metric of another task is skipped, unless the rule names the set") {
  const auto skipped = judged(flips(40, 0), "[[diff.rule]]\nmetric = \"r2\"\nmin = 0\n");
  CHECK(rule_of(skipped, "r2").verdict == Verdict::skipped);
  const auto named =
      judged(flips(40, 0), "[[diff.rule]]\npredictions = \"cancer\"\nmetric = \"r2\"\nmin = 0\n");
  CHECK(rule_of(named, "r2").verdict == Verdict::insufficient);
  const auto other =
      judged(flips(40, 0), "[[diff.rule]]\npredictions = \"x\"\nmetric = \"accuracy\"\nmin = 1\n");
  CHECK_THROWS(rule_of(other, "accuracy"));
}

TEST_CASE("small slices are insufficient and still shown") {
  policy::PredictionSet set = binary_set();
  const std::string text = "id,y,p,c\n1,1,.9,FR\n2,0,.1,DE\n";
  const auto report = compare_texts(
      set,
      text,
      text,
      "schema = 1\n[[diff.rule]]\nmetric = \"accuracy\"\nmin = 0.5\nslices = [\"c\"]\n");
  CHECK(rule_of(report, "accuracy").verdict == Verdict::pass);
  const RuleResult& slice = rule_of(report, "accuracy", "c=FR");
  CHECK(slice.verdict == Verdict::insufficient);
  CHECK(slice.reason == "n=1 < 30");
  CHECK(slice.figure.new_value == 1);
}

}  // namespace mlops::diff::test
