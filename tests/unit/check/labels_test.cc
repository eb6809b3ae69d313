#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "unit/check/check_texts.h"

namespace mlops::check::test {
namespace {

const std::string kImbalance = "label = \"y\"\n[[check.c.rule]]\nkind = \"imbalance\"\nmax = 2\n";
const std::string kNewLabels =
    "label = \"y\"\nbaseline = \"base.csv\"\n[[check.c.rule]]\nkind = \"new_labels\"\n";

}  // namespace

TEST_CASE("imbalance is the commonest label against the rarest") {
  const CheckReport even = judge_texts(kImbalance, {"y\n0\n1\n1.0\n\n"});
  CHECK(outcome_of(even, "imbalance", "y").rule.figure.new_value == 2);
  CHECK(even.verdict == Verdict::pass);
  const CheckReport skewed = judge_texts(kImbalance, {"y\n0\n1\n1\n1\n"});
  CHECK(skewed.verdict == Verdict::fail);
  CHECK(outcome_of(skewed, "imbalance", "y").rule.detail == "3 to 1, 2 labels");
  CHECK(outcome_of(judge_texts(kImbalance, {"y\n1\n1\n"}), "imbalance", "y").rule.verdict ==
        Verdict::insufficient);
}

TEST_CASE("new labels fail, vanished ones warn") {
  CHECK(judge_texts(kNewLabels, {"y\n0\n1.0\n", "y\n0\n1\n"}).verdict == Verdict::pass);
  const CheckReport fresh = judge_texts(kNewLabels, {"y\n0\n1\n2\n2\n", "y\n0\n1\n"});
  const Outcome& outcome = outcome_of(fresh, "new_labels", "y");
  CHECK(outcome.rule.verdict == Verdict::fail);
  CHECK(rows_of(outcome) == std::vector<std::uint64_t>{3});
  CHECK(outcome.examples[0].value == "2");
  const CheckReport gone = judge_texts(kNewLabels, {"y\n0\n", "y\n0\n1\n"});
  CHECK(outcome_of(gone, "vanished_labels", "y").rule.effect == Verdict::warn);
  CHECK(gone.verdict == Verdict::warn);
}

TEST_CASE("a column of very many values is no label") {
  std::string table = "y\n";
  for (int i = 0; i < 1001; ++i) {
    table += std::to_string(i) + "\n";
  }
  CHECK(outcome_of(judge_texts(kImbalance, {table}), "imbalance", "y").rule.reason ==
        "more than 1,000 different values");
}

TEST_CASE("a baseline that is not there is missing evidence") {
  const CheckReport report = judge_texts(kNewLabels, {"y\n0\n"});
  CHECK(outcome_of(report, "new_labels", "y").rule.verdict == Verdict::insufficient);
  CHECK(report.verdict == Verdict::warn);
}

TEST_CASE("rules that lack what they are about are refused by their place") {
  const auto refused = [](const std::string& body) {
    try {
      judge_texts(body, {"y\n0\n"});
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::config);
      return error.message();
    }
    return std::string("accepted");
  };
  CHECK(refused("[[check.c.rule]]\nkind = \"target_leakage\"\n") ==
        "safeguards.toml:4: check.c.rule[0]: kind = \"target_leakage\" is about a label, and the "
        "check names none");
  CHECK(refused("[[check.c.rule]]\nkind = \"correlation\"\nmax = 0.1\n").find("baseline") !=
        std::string::npos);
  CHECK(refused("[[check.c.rule]]\nkind = \"imbalance\"\n").find("names none") !=
        std::string::npos);
  CHECK(refused("[[check.c.rule]]\nkind = \"drift\"\nmax = 1\n").find("baseline") !=
        std::string::npos);
}

}  // namespace mlops::check::test
