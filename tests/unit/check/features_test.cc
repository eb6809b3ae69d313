#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "unit/check/check_texts.h"

namespace mlops::check::test {
namespace {

std::string rule(const std::string& body) {
  return "[[check.c.rule]]\n" + body + "\n";
}

/// `lines` of "a,b" made by `make` for 0, 1, 2 …
template <typename Make>
std::string table_of(const std::string& head, int rows, const Make& make) {
  std::string text = head + "\n";
  for (int i = 0; i < rows; ++i) {
    text += make(i) + "\n";
  }
  return text;
}

std::string n(int number) {
  return std::to_string(number);
}

}  // namespace

TEST_CASE("target leakage: a number that splits the labels") {
  const std::string body = "label = \"y\"\n" + rule("kind = \"target_leakage\"");
  const CheckReport report = judge_texts(body, {table_of("x,z,y", 100, [](int i) {
                                           return n(i) + "," + n(i % 7) + "," + n(i < 50 ? 1 : 0);
                                         })});
  CHECK(outcome_of(report, "target_leakage auc", "x").rule.figure.new_value == 1.0);
  CHECK(outcome_of(report, "target_leakage auc", "x").rule.verdict == Verdict::fail);
  CHECK(outcome_of(report, "target_leakage auc", "z").rule.verdict == Verdict::pass);
  // Each value of x stands once: by itself it tells nothing.
  CHECK(outcome_of(report, "target_leakage rule", "x").rule.verdict == Verdict::pass);
}

TEST_CASE("target leakage: a code that names the label, and a gap that does") {
  const std::string body = "label = \"y\"\n" + rule("kind = \"target_leakage\"");
  const CheckReport report = judge_texts(body, {table_of("code,gap,noise,y", 120, [](int i) {
                                           return std::string(1, static_cast<char>('a' + i % 6)) +
                                                  "," + (i % 2 == 0 ? "" : "v") + ",w" +
                                                  n(i / 2 % 3) + "," + n(i % 2);
                                         })});
  CHECK(outcome_of(report, "target_leakage rule", "code").rule.figure.new_value == 1.0);
  CHECK(outcome_of(report, "target_leakage rule", "gap").rule.verdict == Verdict::fail);
  CHECK(outcome_of(report, "target_leakage rule", "noise").rule.verdict == Verdict::pass);
}

TEST_CASE("target leakage: ties count half, of three labels each against the rest") {
  // scikit-learn: roc_auc_score([0]*10 + [1]*10, [0]*5 + [1]*5 + [1]*5 + [2]*5) = 0.875
  const CheckReport two =
      judge_texts("label = \"y\"\n" + rule("kind = \"target_leakage\"\nmin_rows = 1"),
                  {table_of("x,y", 20, [](int i) {
                    return n(i < 5 ? 0 : i < 15 ? 1 : 2) + "," + n(i < 10 ? 0 : 1);
                  })});
  CHECK(outcome_of(two, "target_leakage auc", "x").rule.figure.new_value == 0.875);
  const CheckReport three = judge_texts("label = \"y\"\n" + rule("kind = \"target_leakage\""),
                                        {table_of("x,y", 90, [](int i) {
                                          return n(i % 3 == 2 ? 100 + i : i % 10) + ",l" + n(i % 3);
                                        })});
  CHECK(outcome_of(three, "target_leakage auc", "x").rule.verdict == Verdict::fail);
  const CheckReport few =
      judge_texts("label = \"y\"\n" + rule("kind = \"target_leakage\""), {"x,y\n1,0\n2,1\n"});
  CHECK(outcome_of(few, "target_leakage").rule.verdict == Verdict::insufficient);
}

TEST_CASE("representation: shares of groups, with those that are expected and not there") {
  const std::string body = "[[check.c.column]]\nname = \"sex\"\nvalues = [\"F\", \"M\", \"X\"]\n" +
                           rule("kind = \"representation\"\ncolumns = \"sex\"\nmin = 0.1");
  const CheckReport report = judge_texts(
      body,
      {table_of("sex,y", 200, [](int i) { return std::string(i % 20 < 9 ? "F" : "M") + ",0"; })});
  CHECK(outcome_of(report, "representation", "sex=F").rule.figure.new_value == 0.45);
  CHECK(outcome_of(report, "representation", "sex=X").rule.verdict == Verdict::fail);
  CHECK(outcome_of(report, "representation", "sex=X").rule.figure.new_value == 0.0);
  // 2 of 40 is below 0.1, and its interval reaches to 0.165.
  const CheckReport few = judge_texts(
      rule("kind = \"representation\"\ncolumns = \"sex\"\nmin = 0.1"),
      {table_of("sex,y", 40, [](int i) { return std::string(i < 2 ? "F" : "M") + ",0"; })});
  const auto& small = few.outcomes.at(0).rule;
  CHECK(small.verdict == Verdict::insufficient);
  CHECK(small.slice == "sex, a group of fewer than 5 rows");
}

TEST_CASE("representation: label rates of groups, with the sizes that it takes") {
  const std::string body =
      "label = \"y\"\n" +
      rule("kind = \"representation\"\ncolumns = \"sex\"\nmax = 0.1\npositive = \"1\"");
  const auto make = [](int rows, int every) {
    return table_of("sex,y", rows, [=](int i) {
      return i % 2 == 0 ? "F," + n(i % every == 0 ? 1 : 0) : "M," + n(i % 4 == 1 ? 1 : 0);
    });
  };
  CHECK(judge_texts(body, {make(400, 4)}).verdict == Verdict::pass);
  const CheckReport apart = judge_texts(body, {make(400, 20)});
  const auto& rule_result = outcome_of(apart, "label_rate_difference", "sex").rule;
  CHECK(rule_result.figure.new_value == Approx(0.4));
  CHECK(rule_result.verdict == Verdict::fail);
  CHECK(judge_texts(body, {make(40, 4)}).verdict == Verdict::warn);  // 20 rows a group
  CHECK(outcome_of(judge_texts(body, {make(40, 4)}), "label_rate", "sex=F").rule.verdict ==
        Verdict::insufficient);
}

TEST_CASE("correlation: a pair that turned, whatever the order of the rows") {
  const std::string body = "baseline = \"base.csv\"\n" + rule("kind = \"correlation\"\nmax = 0.2");
  const auto make = [](int sign) {
    return table_of("a,b,c,t", 200, [=](int i) {
      const int noise = i * 37 % 101;
      return n(1'700'000'000 + i) + "," + n(1'700'000'000 + sign * i + noise % 7) + "," + n(noise) +
             ",x";
    });
  };
  CHECK(judge_texts(body, {make(1), make(1)}).verdict == Verdict::pass);
  const CheckReport report = judge_texts(body, {make(-1), make(1)});
  const auto& broken = outcome_of(report, "correlation", "a, b").rule;
  CHECK(broken.verdict == Verdict::fail);
  CHECK(*broken.figure.new_value == Approx(2).epsilon(0.01));
  std::string turned = make(-1);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < turned.size();) {
    const std::size_t end = turned.find('\n', at);
    lines.push_back(turned.substr(at, end - at));
    at = end + 1;
  }
  std::reverse(lines.begin() + 1, lines.end());
  std::string reversed;
  for (const std::string& line : lines) {
    reversed += line + "\n";
  }
  const CheckReport again = judge_texts(body, {reversed, make(1)});
  CHECK(*outcome_of(again, "correlation", "a, b").rule.figure.new_value ==
        *broken.figure.new_value);
  CHECK(judge_texts(body, {"a,b\n1,2\n", make(1)}).verdict == Verdict::warn);
}

TEST_CASE("correlation: what few rows do by chance is no change") {
  const auto make = [](int part) {
    return table_of("a,b", 40, [=](int i) { return n(i) + "," + n(i * 7 % 40 + i / part); });
  };
  const CheckReport report =
      judge_texts("baseline = \"base.csv\"\n" + rule("kind = \"correlation\"\nmax = 0.1"),
                  {make(4), make(100)});
  const auto& change = outcome_of(report, "correlation", "a, b").rule;
  CHECK(*change.figure.new_value == Approx(0.3875821359 - 0.1669793621));  // numpy.corrcoef
  CHECK(change.verdict == Verdict::insufficient);
}

TEST_CASE("reference: rows whose values another table lacks") {
  const std::string body = rule("kind = \"reference\"\ncolumns = [\"c\"]\nagainst = \"valid.csv\"");
  const std::string keyed = body + "key = [\"code\"]\n";
  CHECK(judge_texts(keyed, {"c\nDE\nFR\n\n", {}, "code\nFR\nDE\nES\n"}).verdict == Verdict::pass);
  const CheckReport report = judge_texts(keyed, {"c\nDE\nXX\nFR\nXX\n", {}, "code\nFR\nDE\n"});
  CHECK(rows_of(outcome_of(report, "reference", "c")) == std::vector<std::uint64_t>{2, 4});
  CHECK(outcome_of(report, "reference", "c").rule.figure.new_value == 0.5);
  CHECK(report.verdict == Verdict::fail);
  const CheckReport lacking = judge_texts(body, {"c\nDE\n", {}, "code\nDE\n"});
  CHECK(outcome_of(lacking, "reference", "c").rule.verdict == Verdict::insufficient);
}

TEST_CASE("monotone: each value against the one before it") {
  const auto body = [](const std::string& more) {
    return "[[check.c.column]]\nname = \"x\"\n" + more;
  };
  const std::string rising = "monotone = \"increasing\"\n";
  CHECK(judge_texts(body(rising), {"x,y\n1,a\n2,a\n,a\n2,a\n10,a\n"}).verdict == Verdict::pass);
  const CheckReport report = judge_texts(body(rising), {"x\n1\n3\n2\n5\n"});
  CHECK(rows_of(outcome_of(report, "monotone", "x")) == std::vector<std::uint64_t>{3});
  CHECK(judge_texts(body("monotone = \"decreasing\"\n"), {"x\n3\n2\n2\n"}).verdict ==
        Verdict::pass);
  CHECK(judge_texts(body("type = \"string\"\n" + rising), {"x\n10\n9\n"}).verdict == Verdict::pass);
  CHECK(judge_texts(body("type = \"date\"\n" + rising), {"x\n2024-01-31\n2024-01-30\n"}).verdict ==
        Verdict::fail);
  CHECK_THROWS_AS(check_of(body("monotone = \"up\"\n")), Error);
}

}  // namespace mlops::check::test
