#include "check/profile.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "check/profile_file.h"
#include "check/value_counts.h"
#include "unit/check/check_texts.h"

namespace mlops::check::test {
namespace {

const std::string kHead = "baseline = \"base.csv\"\n";

std::string drift(const std::string& body) {
  return kHead + "[[check.c.rule]]\nkind = \"drift\"\n" + body + "\n";
}

/// Columns of every shape that a profile may find hard; `shift` moves the distributions.
std::string table_of(unsigned seed, std::size_t rows, double shift) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> even;
  std::string text = "normal,tail,zeros,whole,narrow,holes,word,word2,unique,mixed\n";
  for (std::size_t i = 0; i < rows; ++i) {
    const double z = normal(random) + shift;
    const double spread = std::exp(4 * normal(random) + shift);
    const double zero = even(random) < 0.6 ? 0 : 100 * even(random) + shift;
    const auto whole = static_cast<int>(1200 * even(random) * (1 + shift / 4));
    const double narrow = 1.7e9 + even(random) * 1000 + 300 * shift;
    const double u = even(random);
    const std::string hole = u < 0.1 + shift / 20 ? ""
                             : u < 0.12           ? "nan"
                             : u < 0.13           ? "-inf"
                                                  : fmt::format("{}", z);
    // Zipf's law: some words are frequent, most are not.
    const auto rank = static_cast<int>(std::pow(1000, even(random)) * (1 + shift / 3));
    text +=
        fmt::format("{},{},{},{},{},{},w{},v{},u{},{}\n",
                    z,
                    spread,
                    zero,
                    whole,
                    narrow,
                    hole,
                    rank,
                    static_cast<int>(30 * even(random) * even(random) * (1 + shift)),
                    random(),
                    even(random) < 0.5 ? fmt::format("{}", whole) : fmt::format("t{}", rank % 7));
  }
  return text;
}

struct Figure {
  double value = 0;
  double within = 0;
  Verdict verdict = Verdict::skipped;
  std::string reason;
};

Figure figure_of(const Outcome& outcome) {
  Figure figure;
  figure.value = outcome.rule.figure.new_value.value_or(-1);
  figure.verdict = outcome.rule.verdict;
  figure.reason = outcome.rule.reason;
  const std::size_t at = outcome.rule.detail.find(", within ");
  if (at != std::string::npos) {
    figure.within = std::stod(outcome.rule.detail.substr(at + 9));
  }
  if (outcome.rule.detail.find("how near is unknown") != std::string::npos) {
    figure.within = std::numeric_limits<double>::infinity();
  }
  return figure;
}

/// Each figure of the profile is as near to the rows' as it says, and what is beyond that gives the
/// same verdict.
void compare_reports(const CheckReport& raw, const CheckReport& profiled, double limit) {
  REQUIRE(raw.outcomes.size() == profiled.outcomes.size());
  for (std::size_t i = 0; i < raw.outcomes.size(); ++i) {
    const Figure rows = figure_of(raw.outcomes[i]);
    const Figure cells = figure_of(profiled.outcomes[i]);
    CAPTURE(raw.outcomes[i].rule.name, rows.value, cells.value, cells.within, cells.reason);
    if (cells.reason.find("a profile does not keep") == 0) {
      continue;
    }
    CHECK(std::abs(rows.value - cells.value) <= cells.within + 1e-9);
    if (std::abs(cells.value - limit) > cells.within + 1e-9) {
      CHECK((rows.verdict == Verdict::pass) == (cells.verdict == Verdict::pass));
    }
  }
}

const std::vector<std::string> kMethods{"ks", "psi", "js2", "w1std", "linf", "cramers_v"};

std::string with_method(const std::string& method, double limit) {
  return drift(fmt::format("max = {}\nmethod = \"{}\"\ncorrection = \"none\"", limit, method));
}

std::string rows_from(const std::string& text, const std::function<bool(std::size_t)>& wants) {
  std::string some;
  std::size_t row = 0;
  for (const std::string_view line : split(text, '\n')) {
    if (!line.empty() && (row == 0 || wants(row))) {
      some += std::string(line) + "\n";
    }
    ++row;
  }
  return some;
}

}  // namespace

TEST_CASE("a profile gives the figures of its rows, as near as it says") {
  for (const double shift : {0.0, 0.1, 1.0}) {
    const std::string base = table_of(1, 1500, 0);
    const std::string now = table_of(2, 1200, shift);
    for (const std::string& method : kMethods) {
      const double limit = method == "w1std" ? 0.3 : 0.1;
      Texts texts{now, base};
      const CheckReport raw = judge_texts(with_method(method, limit), texts);
      texts.baseline = {};
      texts.profiled = {base};
      CAPTURE(shift);
      compare_reports(raw, judge_texts(with_method(method, limit), texts), limit);
    }
  }
}

TEST_CASE("profiles of parts are added up, and tell how near that is") {
  const std::string base = table_of(3, 1500, 0);
  const std::string now = table_of(4, 1200, 0.3);
  std::vector<std::string_view> lines = split(base, '\n');
  lines.pop_back();
  // Parts that are alike, and parts of which each has numbers of its own.
  for (const bool are_alike : {true, false}) {
    if (!are_alike) {
      std::sort(lines.begin() + 1, lines.end());
    }
    std::vector<std::string> parts(3, std::string(lines.front()) + "\n");
    for (std::size_t i = 1; i < lines.size(); ++i) {
      parts[are_alike ? i % 3 : (i - 1) / 500] += std::string(lines[i]) + "\n";
    }
    for (const std::string& method : kMethods) {
      Texts texts{now, base};
      const CheckReport raw = judge_texts(with_method(method, 0.2), texts);
      texts.baseline = {};
      texts.profiled = parts;
      compare_reports(raw, judge_texts(with_method(method, 0.2), texts), 0.2);
    }
  }
}

TEST_CASE("a table that equals the baseline has no distance to its profile") {
  const std::string table = table_of(5, 900, 0);
  for (const std::string& method : kMethods) {
    Texts texts{table};
    texts.profiled = {table};
    for (const Outcome& outcome : judge_texts(with_method(method, 0), texts).outcomes) {
      CAPTURE(outcome.rule.name, outcome.rule.reason);
      CHECK(outcome.rule.figure.new_value.value_or(0) == 0);
    }
  }
}

TEST_CASE("no order of rows changes a profile") {
  const std::string body = kHead + "[[check.c.rule]]\nkind = \"correlation\"\nmax = 0.1\n";
  const std::string text = table_of(6, 500, 0);
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) {
    lines.emplace_back(line);
  }
  lines.pop_back();
  std::shuffle(lines.begin() + 1, lines.end(), std::mt19937_64(7));
  CHECK(format_profile(profile_of(body, text)) ==
        format_profile(profile_of(body, join(lines, "\n") + "\n")));
}

TEST_CASE("no number of threads changes a figure or an example") {
  const std::string body =
      drift("max = 0.1") +
      "[[check.c.rule]]\nkind = \"duplicates\"\ncolumns = [\"whole\"]\n"
      "[[check.c.rule]]\nkind = \"outliers\"\nmax = 0\n"
      "[[check.c.rule]]\nkind = \"correlation\"\nmax = 0.01\ncolumns = [\"normal\", \"tail\"]\n";
  const std::string base = table_of(12, 1500, 0);
  const std::string now = table_of(13, 1500, 0.2);
  Texts texts{now, base};
  texts.memory_bytes = 1;  // it is spilled, too
  texts.threads = 1;
  const CheckReport alone = judge_texts(body, texts);
  texts.threads = 3;
  const CheckReport beside = judge_texts(body, texts);
  REQUIRE(alone.outcomes.size() == beside.outcomes.size());
  for (std::size_t i = 0; i < alone.outcomes.size(); ++i) {
    const RuleResult& one = alone.outcomes[i].rule;
    const RuleResult& other = beside.outcomes[i].rule;
    CHECK(one.name == other.name);
    CHECK(one.figure.new_value == other.figure.new_value);
    CHECK(one.detail == other.detail);
    CHECK(rows_of(alone.outcomes[i]) == rows_of(beside.outcomes[i]));
  }
}

TEST_CASE("few values have the same figures to the last bit, and nothing is near") {
  std::vector<std::string> values;
  std::vector<std::string> others;
  for (int i = 0; i < 3000; ++i) {
    values.push_back(std::to_string(i * i % 97));
    others.push_back(std::to_string(i % 80));
  }
  for (const std::string& method : kMethods) {
    const std::string now = column_x(others);
    Texts texts{now};
    texts.profiled = {column_x(values)};
    const CheckReport report = judge_texts(with_method(method, 0.01), texts);
    const Outcome& profiled = outcome_of(report, "drift " + method, "x");
    CHECK(profiled.rule.detail == "3,000 against 3,000");
    const CheckReport raw =
        judge_texts(with_method(method, 0.01), {column_x(others), column_x(values)});
    CHECK(profiled.rule.figure.new_value ==
          outcome_of(raw, "drift " + method, "x").rule.figure.new_value);
  }
}

TEST_CASE("a column takes at most 64 KiB, whatever stands in it") {
  std::mt19937_64 random(8);
  const std::vector<std::function<std::string(int)>> kinds{
      [&](int) { return fmt::format("{}", number_of(random() >> 1U)); },  // all over the doubles
      [&](int) { return fmt::format("{}", number_of(random())); },
      [&](int) { return fmt::format("t{}", random()); },
      [&](int i) { return i % 2 == 0 ? fmt::format("t{}", random()) : std::to_string(i); },
      [&](int i) { return fmt::format("{}", i % 1000 * 0.1); },
      [&](int i) { return fmt::format("{}", std::ldexp(1 + (i % 7) / 8.0, i % 2000 - 1000)); },
      [&](int i) { return fmt::format("{:\u00e9>20}{}", "", i % 50); }};
  for (const auto& kind : kinds) {
    std::vector<std::string> values;
    for (int i = 0; i < 6'000; ++i) {
      values.push_back(kind(i));
    }
    const std::string text = format_profile(profile_of(kHead, column_x(values)));
    CHECK(text.size() < 64 * 1024);
  }
}

TEST_CASE("no value of a column that looks personal or has many values is kept") {
  std::string text = "email,phone,note,amount,name\n";
  for (int i = 0; i < 400; ++i) {
    text += fmt::format("p{}@example.org,+49301234{:03},n{},{}.5,{}\n",
                        i % 40,
                        i,
                        i,
                        i * 37,
                        i < 3        ? "rare"
                        : i % 2 == 0 ? "one"
                                     : "two");
  }
  const Profile profile = profile_of(kHead, text);
  CHECK(profile.find("email")->is_personal);
  CHECK(profile.find("phone")->is_personal);
  CHECK_FALSE(profile.find("note")->is_personal);
  CHECK(profile.find("name")->names == std::vector<std::string>{"one", "two"});
  for (const char* name : {"email", "phone", "note", "amount"}) {
    const ProfileColumn& column = *profile.find(name);
    CHECK(column.names.empty());
    for (const ValueCells* const cells : {&column.numbers, &column.texts}) {
      for (const ValueCell& cell : cells->list()) {
        CHECK((!cell.is_single() || cell.count > ProfileColumn::kOften));
        CHECK((!column.is_personal || cell.bits <= 16));
      }
    }
  }
  const std::string written = format_profile(profile);
  for (const char* secret : {"example", "4930", "p1@"}) {
    CHECK(written.find(secret) == std::string::npos);
  }
}

TEST_CASE("labels of a profile are those of its table") {
  const std::string body = kHead + "label = \"y\"\n[[check.c.rule]]\nkind = \"new_labels\"\n";
  std::string base = "y\n";
  for (int i = 0; i < 60; ++i) {
    base += i % 3 == 0 ? "cat\n" : i % 3 == 1 ? "dog\n" : "1.0\n";
  }
  const auto judge_labels = [&](const std::string& table, const std::string& profiled) {
    Texts texts{table};
    texts.profiled = {profiled};
    return judge_texts(body, texts);
  };
  const CheckReport same = judge_labels("y\ncat\ndog\n1\n", base);
  CHECK(same.verdict == Verdict::pass);
  const CheckReport other = judge_labels("y\ncat\nbird\n1e0\n", base);
  CHECK(outcome_of(other, "new_labels", "y").rule.figure.new_value == 1);
  CHECK(outcome_of(other, "new_labels", "y").examples.at(0).value == "bird");
  CHECK(outcome_of(other, "vanished_labels", "y").examples.at(0).value == "dog");
  std::string many = "y\n";
  for (int i = 0; i < 60; ++i) {
    many += "l" + std::to_string(i) + "\n";
  }
  const CheckReport lost = judge_labels("y\nl1\n", many);
  CHECK(outcome_of(lost, "new_labels", "y").rule.verdict == Verdict::insufficient);
  CHECK(outcome_of(lost, "new_labels", "y").rule.reason.find("a profile does not keep labels") ==
        0);
}

TEST_CASE("correlations of a profile, also of one of parts, are those of its rows") {
  const std::string body =
      kHead + "[[check.c.rule]]\nkind = \"correlation\"\nmax = 0.0001\ncorrection = \"none\"\n";
  std::mt19937_64 random(11);
  std::normal_distribution<double> normal;
  const auto rows = [&](double slope) {
    std::string text = "a,b,c\n";
    for (int i = 0; i < 300; ++i) {
      const double x = 1e6 + normal(random);
      text += fmt::format("{},{},{}\n",
                          x,
                          slope * x + normal(random),
                          i % 9 == 0 ? std::string() : fmt::format("{}", normal(random)));
    }
    return text;
  };
  const std::string base = rows(1);
  const std::string now = rows(-0.2);
  const CheckReport raw = judge_texts(body, {now, base});
  for (const bool is_split : {false, true}) {
    Texts texts{now};
    texts.profiled = {base};
    if (is_split) {
      texts.profiled = {rows_from(base, [](std::size_t row) { return row < 70; }),
                        rows_from(base, [](std::size_t row) { return row >= 70; })};
    }
    const CheckReport profiled = judge_texts(body, texts);
    REQUIRE(profiled.outcomes.size() == raw.outcomes.size());
    for (std::size_t i = 0; i < raw.outcomes.size(); ++i) {
      CHECK(profiled.outcomes[i].rule.name == raw.outcomes[i].rule.name);
      CHECK(profiled.outcomes[i].rule.figure.new_value.value() ==
            Approx(raw.outcomes[i].rule.figure.new_value.value()).margin(3e-9));
    }
  }
  // Written by a check without such a rule it has none.
  TextTables tables;
  const mlops::test::TempDir scratch;
  CheckInput input;
  input.check = check_of(body);
  input.table = {"t.csv", {tables.add("t.csv", now)}};
  input.profile = profile_of(kHead, base);
  CheckSettings settings;
  settings.scratch = scratch.path();
  const CheckReport none = judge(tables, input, settings, CancelToken());
  CHECK(outcome_of(none, "correlation").rule.reason.find("a profile keeps what columns have") == 0);
}

TEST_CASE("a profile that was counted otherwise is no evidence") {
  const std::string described = "[[check.c.column]]\nname = \"x\"\ntype = \"date\"\n";
  std::vector<std::string> days;
  for (int i = 0; i < 60; ++i) {
    days.push_back(fmt::format("2024-01-{:02}", i % 28 + 1));
  }
  const std::string table = column_x(days);
  Texts texts{table};
  texts.profiled = {column_x(days)};
  const CheckReport times = judge_texts(drift("max = 0.1") + described, texts);
  CHECK(outcome_of(times, "drift ks", "x").rule.figure.new_value == 0);
  TextTables tables;
  const mlops::test::TempDir scratch;
  CheckInput input;
  input.check = check_of(drift("max = 0.1") + described);
  input.table = {"t.csv", {tables.add("t.csv", column_x(days))}};
  input.profile = profile_of(kHead, column_x(days));
  CheckSettings settings;
  settings.scratch = scratch.path();
  const CheckReport report = judge(tables, input, settings, CancelToken());
  CHECK(outcome_of(report, "drift ks", "x").rule.reason ==
        "the profile was written before the policy called it a date or timestamp");
}

TEST_CASE("profiles of other keys or columns are not added up") {
  const Profile a = profile_of(kHead, "x,y\n1,2\n");
  Profile other = a;
  other.key[1] += 1;
  CHECK_THROWS_WITH(sum(a, other), Catch::Contains("texts have other keys"));
  CHECK_THROWS_WITH(sum(a, profile_of(kHead, "x,z\n1,2\n")),
                    Catch::Contains("only one has a column 'y'"));
  CHECK_THROWS_WITH(sum(a, profile_of(kHead, "x\n1\n")), Catch::Contains("same columns"));
  const Profile turned = sum(a, profile_of(kHead, "y,x\n4,3\n"));
  CHECK(turned.rows == 2);
  CHECK(turned.find("x")->numbers.rows() == 2);
}

}  // namespace mlops::check::test
