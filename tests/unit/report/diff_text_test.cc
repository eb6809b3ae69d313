#include <map>
#include <sstream>

#include <catch2/catch.hpp>

#include "base/text.h"
#include "report/diff_report.h"
#include "unit/report/example_report.h"
#include "unit/report/golden.h"

namespace mlops::report::test {

TEST_CASE("the table looks as designed") {
  check_golden("diff.txt", diff_as_text(example_report(), {}));
}

TEST_CASE("every verdict stands in the table, of sets and outside") {
  diff::Report in_set = example_report();
  in_set.predictions[0].rules = rules_of_every_verdict();
  diff::Report outside = example_report();
  outside.predictions[0].rules.clear();
  outside.rules = rules_of_every_verdict();
  for (const diff::Report& report : {in_set, outside}) {
    std::istringstream lines(diff_as_text(report, {}));
    std::map<std::string, std::string> last_word;
    std::string skipped;
    for (std::string line; std::getline(lines, line);) {
      const std::size_t slice = line.find("[is-");
      if (line.starts_with("skipped, because: ")) {
        skipped = line;
      } else if (slice != std::string::npos) {
        last_word[line.substr(slice + 4, line.find(']') - slice - 4)] =
            line.substr(line.rfind(' ') + 1);
      }
    }
    CHECK(last_word["pass"] == "pass");
    CHECK(last_word["warn"] == "warn");
    CHECK(last_word["fail"] == "FAIL");
    CHECK(last_word["insufficient"] == "insufficient");
    CHECK(skipped.find("r2 [is-skipped]") != std::string::npos);
    CHECK(diff_as_text(report, {}).find("1 fail, 1 warn, 1 insufficient") != std::string::npos);
  }
}

TEST_CASE("a count is a whole number, a rate of the pair shows what it is made of") {
  diff::Report report = example_report();
  diff::RuleResult& ward = report.predictions[0].rules[3];
  ward.unit = diff::Unit::count;
  ward.figure.new_value = 1;
  diff::Metric churn;
  churn.name = "churn";
  churn.new_value = 0.0739;
  churn.ci = stats::Interval{0.0489, 0.1105};
  churn.note = "21 of 284";
  report.predictions[0].metrics = {churn};
  const std::string text = diff_as_text(report, {});
  CHECK(text.find(" 1.0000") == std::string::npos);
  CHECK(text.find("(21 of 284)") != std::string::npos);
}

TEST_CASE("a narrow terminal cuts cells, not verdicts") {
  const std::string text = diff_as_text(example_report(), {80, TextStyle::Color::no});
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    CHECK(display_width(line) <= 80);
  }
  CHECK(text.find("FAIL") != std::string::npos);
  CHECK(text.find("1 fail, 0 warn, 1 insufficient") != std::string::npos);
  check_golden("diff-80.txt", text);
}

TEST_CASE("colour repeats the words and adds nothing else") {
  std::string colored = diff_as_text(example_report(), {0, TextStyle::Color::yes});
  CHECK(colored.find("\x1b[1;31mFAIL\x1b[0m") != std::string::npos);
  for (std::size_t at = colored.find('\x1b'); at != std::string::npos; at = colored.find('\x1b')) {
    colored.erase(at, colored.find('m', at) - at + 1);
  }
  CHECK(colored == diff_as_text(example_report(), {}));
}

TEST_CASE("the tally shares the verdict's line where there is room, and has its own where not") {
  diff::Report report = example_report();
  report.predictions[0].set.key = {"patient_identifier", "visit"};
  const std::string tally = "1 fail, 0 warn, 1 insufficient\n";
  CHECK(diff_as_text(report, {}).find("only new)   " + tally) != std::string::npos);
  CHECK(diff_as_text(report, {120, TextStyle::Color::no}).find("only new)   " + tally) !=
        std::string::npos);
  CHECK(diff_as_text(report, {100, TextStyle::Color::no}).find("only new)\n      " + tally) !=
        std::string::npos);
}

TEST_CASE("rules of the house count in whole numbers and say nothing twice") {
  diff::Report report = example_report();
  diff::RuleResult rule;
  rule.name = rule.metric = "new_labels";
  rule.origin = diff::RuleOrigin::built_in;
  rule.limit = "<= 0";
  rule.figure.new_value = 1;
  rule.unit = diff::Unit::count;
  rule.detail = "1 label";
  rule.verdict = rule.effect = policy::Verdict::fail;
  rule.reason = "breaks <= 0";
  report.predictions[0].rules.push_back(rule);
  std::string text = diff_as_text(report, {});
  CHECK(text.find("new_labels                             1               (1 label) ") !=
        std::string::npos);
  CHECK(text.find("breaks") == std::string::npos);
  report.predictions[0].rules.back().reason = "the new version predicts 'z'";
  text = diff_as_text(report, {});
  CHECK(text.find("new_labels: the new version predicts 'z'\n") != std::string::npos);
}

TEST_CASE("a metric without a figure says why") {
  diff::Report report = example_report();
  diff::Metric metric;
  metric.name = "r2";
  metric.old_value = 0.9;
  metric.note = "undefined on these rows";
  report.predictions[0].metrics.push_back(metric);
  CHECK(diff_as_text(report, {}).find("(undefined on these rows)") != std::string::npos);
}

TEST_CASE("cells of a table cannot speak to the terminal") {
  diff::Report report = example_report();
  report.predictions[0].worst[0].key = "\x1b]0;x\x07";
  report.predictions[0].rules[3].slice = "ward=\x1b[2J";
  const std::string text = diff_as_text(report, {});
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\x07') == std::string::npos);
}

}  // namespace mlops::report::test
