#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "unit/check/check_texts.h"

namespace mlops::check::test {
namespace {

std::string drift(const std::string& body) {
  return "baseline = \"base.csv\"\n[[check.c.rule]]\nkind = \"drift\"\n" + body + "\n";
}

std::vector<std::string> repeat(const std::vector<std::pair<std::string, int>>& parts) {
  std::vector<std::string> values;
  for (const auto& [value, times] : parts) {
    values.insert(values.end(), static_cast<std::size_t>(times), value);
  }
  return values;
}

double value_of(const std::string& method, const std::string& table, const std::string& base) {
  const CheckReport report =
      judge_texts(drift("max = 9\nmethod = \"" + method + "\""), {table, base});
  return outcome_of(report, "drift " + method, "x").rule.figure.new_value.value();
}

// numpy.random.RandomState(3): normal(0, 1, 30) and normal(.5, 1.5, 35)
const std::string kBase = column_x(
    {"1.79",  "0.44",  "0.1",  "-1.86", "-0.28", "-0.35", "-0.08", "-0.63", "-0.04", "-0.48",
     "-1.31", "0.88",  "0.88", "1.71",  "0.05",  "-0.4",  "-0.55", "-1.55", "0.98",  "-1.1",
     "-1.19", "-0.21", "1.49", "0.24",  "-1.02", "-0.71", "0.63",  "-0.16", "-0.77", "-0.23"});
const std::string kNow =
    column_x({"1.62",  "3.46",  "-1.37", "-0.44", "-0.71", "-3.13", "-0.89", "-1.04", "2.19",
              "0.3",   "-1.93", "1.47",  "-0.03", "-2.11", "-0.39", "-0.38", "-0.81", "0.54",
              "-2.87", "0.1",   "2.02",  "1.78",  "2.16",  "2.18",  "2.73",  "-1.18", "1.77",
              "-2.29", "-0.4",  "-2.37", "2.07",  "2.5",   "0.2",   "3.16",  "-0.51"});

}  // namespace

// scipy 1.10.1 and numpy: ks_2samp, wasserstein_distance / std, quantiles as bins of the others
TEST_CASE("each method gives scipy's figure") {
  CHECK(value_of("ks", kNow, kBase) == Approx(0.28095238095238095).epsilon(1e-12));
  CHECK(value_of("w1std", kNow, kBase) == Approx(0.8176666666666668 / 0.9095298541309985));
  CHECK(value_of("psi", kNow, kBase) == Approx(2.5633912938732335).epsilon(1e-12));
  CHECK(value_of("js2", kNow, kBase) == Approx(0.4840613547201969).epsilon(1e-12));
  CHECK(value_of("linf", kNow, kBase) == Approx(13.0 / 35 - 0.1));
}

TEST_CASE("the order of rows changes no drift, and its own table has none") {
  for (const char* method : {"ks", "psi", "js2", "linf", "w1std"}) {
    CHECK(value_of(method, kBase, kBase) == 0);
  }
  std::vector<std::string> values;
  std::size_t begin = 2;
  while (begin < kNow.size()) {
    const std::size_t end = kNow.find('\n', begin);
    values.push_back(kNow.substr(begin, end - begin));
    begin = end + 1;
  }
  std::reverse(values.begin(), values.end());
  for (const char* method : {"ks", "psi", "js2", "linf", "w1std"}) {
    CHECK(value_of(method, kNow, kBase) == value_of(method, column_x(values), kBase));
  }
}

TEST_CASE("a column drifts beyond the limit and beyond chance") {
  const std::string base = column_x(repeat({{"1", 500}, {"2", 500}}));
  const std::string moved = column_x(repeat({{"1", 200}, {"2", 800}}));
  const CheckReport report = judge_texts(drift("max = 0.2"), {moved, base});
  CHECK(outcome_of(report, "drift ks", "x").rule.figure.new_value == Approx(0.3));
  CHECK(report.verdict == Verdict::fail);
  CHECK(judge_texts(drift("max = 0.3"), {moved, base}).verdict == Verdict::pass);
  const CheckReport few =
      judge_texts(drift("max = 0.2\nmin_rows = 5"),
                  {column_x(repeat({{"1", 2}, {"2", 8}})), column_x(repeat({{"1", 5}, {"2", 5}}))});
  CHECK(outcome_of(few, "drift ks", "x").rule.verdict == Verdict::insufficient);
  CHECK(outcome_of(few, "drift ks", "x").rule.reason.find("by chance") != std::string::npos);
  const CheckReport tiny = judge_texts(drift("max = 0.2"), {column_x({"1", "2"}), base});
  CHECK(outcome_of(tiny, "drift ks", "x").rule.reason == "n=2 < 30");
}

TEST_CASE("texts are compared as categories, and nulls are one") {
  const std::string base = column_x(repeat({{"a", 50}, {"b", 50}}));
  const CheckReport same = judge_texts(drift("max = 0.1"), {base, base});
  CHECK(outcome_of(same, "drift cramers_v", "x").rule.figure.new_value == 0);
  const CheckReport nulls =
      judge_texts(drift("max = 0.1"), {column_x(repeat({{"a", 50}, {"b", 50}, {"", 60}})), base});
  CHECK(outcome_of(nulls, "drift cramers_v", "x").rule.verdict == Verdict::fail);
  const CheckReport ks = judge_texts(drift("max = 0.1\nmethod = \"ks\""), {base, base});
  CHECK(outcome_of(ks, "drift ks", "x").rule.verdict == Verdict::insufficient);
}

TEST_CASE("a text among new numbers hides no drift of them") {
  const std::string base = column_x(repeat({{"1", 50}, {"2", 50}}));
  const CheckReport report =
      judge_texts(drift("max = 0.2"), {column_x(repeat({{"2", 99}, {"oops", 1}})), base});
  CHECK(outcome_of(report, "drift ks", "x").rule.figure.new_value == Approx(0.5));
  CHECK(outcome_of(report, "drift missing_share", "x").rule.figure.new_value == Approx(0.01));
}

TEST_CASE("described dates have an order") {
  const std::string described = "[[check.c.column]]\nname = \"x\"\ntype = \"date\"\n";
  const std::string body = drift("max = 0.2") + described;
  const CheckReport report =
      judge_texts(body,
                  {column_x(repeat({{"2024-01-02", 40}, {"2024-01-09", 40}})),
                   column_x(repeat({{"2024-01-02", 80}}))});
  CHECK(outcome_of(report, "drift ks", "x").rule.figure.new_value == 0.5);
  CHECK(report.verdict == Verdict::fail);
}

TEST_CASE("more missing values are a drift that KS does not see") {
  const CheckReport report = judge_texts(drift("max = 0.2"),
                                         {column_x(repeat({{"1", 50}, {"2", 50}, {"", 100}})),
                                          column_x(repeat({{"1", 50}, {"2", 50}}))});
  CHECK(outcome_of(report, "drift ks", "x").rule.figure.new_value == 0);
  CHECK(outcome_of(report, "drift missing_share", "x").rule.figure.new_value == 0.5);
  CHECK(report.verdict == Verdict::fail);
}

TEST_CASE("columns of a rule share alpha") {
  // One column of 20 differs as much as one in 20 does by chance.
  std::string base;
  std::string now;
  for (int row = -1; row < 60; ++row) {
    for (int column = 0; column < 20; ++column) {
      const std::string end = column == 19 ? "\n" : ",";
      const std::string name = "c" + std::to_string(column);
      const bool moved = column == 0 && row < 38;
      base += (row < 0 ? name : std::to_string(row % 2)) + end;
      now += (row < 0 ? name : moved ? "1" : std::to_string(row % 2)) + end;
    }
  }
  const auto verdict = [&](const std::string& correction) {
    return outcome_of(
               judge_texts(drift("max = 0.2\ncorrection = \"" + correction + "\""), {now, base}),
               "drift ks",
               "c0")
        .rule.verdict;
  };
  CHECK(verdict("none") == Verdict::fail);
  CHECK(verdict("holm") == Verdict::insufficient);
}

TEST_CASE("constant and infinite columns have no W1 in standard deviations") {
  const std::string constant = column_x(repeat({{"1", 40}}));
  CHECK(outcome_of(judge_texts(drift("max = 1\nmethod = \"w1std\""), {constant, constant}),
                   "drift w1std",
                   "x")
            .rule.reason == "the baseline is constant");
  const std::string mixed = column_x(repeat({{"1", 40}, {"2", 40}}));
  const std::string infinite = column_x(repeat({{"1", 40}, {"inf", 40}}));
  CHECK(outcome_of(judge_texts(drift("max = 1\nmethod = \"w1std\""), {infinite, mixed}),
                   "drift w1std",
                   "x")
            .rule.verdict == Verdict::insufficient);
}

TEST_CASE("columns that only one table has are told, and missing evidence where they are named") {
  const std::string base = "a,b\n1,1\n";
  const CheckReport all = judge_texts(drift("max = 1"), {"a,c\n1,1\n", base});
  CHECK(all.notes == std::vector<std::string>{"column 'c' is new: the baseline has none",
                                              "column 'b' is gone: only the baseline has it"});
  const CheckReport named = judge_texts(drift("max = 1\ncolumns = [\"b\"]"), {"a,c\n1,1\n", base});
  CHECK(outcome_of(named, "drift ks", "b").rule.reason == "'t.csv' has no column 'b'");
}

TEST_CASE("spilled columns give the same figures") {
  std::string base = "x\n";
  std::string now = "x\n";
  for (int i = 0; i < 40'000; ++i) {
    base += std::to_string(i * 7919 % 39'989) + ".5\n";
    now += std::to_string(i * 7121 % 45'007) + ".25\n";
  }
  for (const char* method : {"ks", "psi", "w1std"}) {
    const std::string body = drift("max = 9\nmethod = \"" + std::string(method) + "\"");
    const auto figure = [&](std::uint64_t memory) {
      return outcome_of(
                 judge_texts(body, {now, base, {}, memory}), "drift " + std::string(method), "x")
          .rule.figure.new_value;
    };
    CHECK(figure(0) == figure(1));
  }
}

}  // namespace mlops::check::test
