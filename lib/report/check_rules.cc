#include "report/check_rules.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "check/masked.h"
#include "report/check_report.h"
#include "report/rule_text.h"
#include "report/rules_table.h"

namespace mlops::report {
namespace {

using policy::Verdict;

constexpr std::size_t kLongestValue = 40;

std::string shown_value(const std::string& value, Values values) {
  if (values == Values::hidden) {
    return quote(check::masked(value));
  }
  const bool is_long = value.size() > kLongestValue;
  return quote(is_long ? value.substr(0, kLongestValue) + "~" : value);
}

}  // namespace

std::string examples_text(const check::Outcome& outcome, Values values) {
  std::vector<std::string> parts;
  for (const check::Example& example : outcome.examples) {
    std::vector<std::string> words;
    if (!example.file.empty()) {
      words.push_back(example.file);
    }
    if (example.row > 0) {
      words.push_back("row " + format_count(example.row));
    }
    if (!example.value.empty()) {
      words.push_back(shown_value(example.value, values));
    }
    parts.push_back(join(words, " "));
  }
  return join(parts, ", ");
}

std::string outcome_reason(const check::Outcome& outcome, Values values) {
  std::vector<std::string> parts{
      outcome.rule.reason, outcome.rule.detail, examples_text(outcome, values)};
  std::erase(parts, "");
  return join(parts, "; ");
}

std::string check_summary(const check::CheckReport& check) {
  constexpr std::size_t kShown = 3;
  std::vector<std::string> told;
  std::size_t broken = 0;
  for (const Verdict effect : {Verdict::fail, Verdict::insufficient, Verdict::warn}) {
    for (const check::Outcome& outcome : check.outcomes) {
      if (outcome.rule.effect == effect && ++broken <= kShown) {
        told.push_back(rule_title(outcome.rule) + ": " + outcome_reason(outcome, Values::hidden));
      }
    }
  }
  if (broken > kShown) {
    told.push_back(fmt::format("and {} more", broken - kShown));
  }
  if (told.empty()) {
    const CheckTally tally = check_tally(check);
    return tally.pass == 0 ? "no rule was judged"
                           : plural(tally.pass, "rule") + (tally.pass == 1 ? " passes" : " pass");
  }
  return join(told, "; ");
}

CheckTally check_tally(const check::CheckReport& check) {
  CheckTally tally;
  for (const check::Outcome& outcome : check.outcomes) {
    switch (shown_verdict(outcome.rule)) {
      case Verdict::fail:
        ++tally.fail;
        break;
      case Verdict::warn:
        ++tally.warn;
        break;
      case Verdict::insufficient:
        ++tally.insufficient;
        break;
      case Verdict::pass:
        ++tally.pass;
        break;
      case Verdict::skipped:
        ++tally.skipped;
        break;
    }
  }
  return tally;
}

std::string tally_text(const CheckTally& tally) {
  return fmt::format(
      "{} fail, {} warn, {} insufficient", tally.fail, tally.warn, tally.insufficient);
}

std::string table_text(const check::TableFacts& table) {
  const std::string files =
      table.files > 1 ? fmt::format(" in {}", plural(table.files, "file")) : std::string();
  return fmt::format("{}   {}{}", table.name, plural(table.rows, "row"), files);
}

RuleList rule_list(const check::Report& report, Values values) {
  RuleList list{"check", "mlops check", {}, "check", "column"};
  for (const check::CheckReport& check : report.checks) {
    for (const check::Outcome& outcome : check.outcomes) {
      list.rules.push_back({outcome.rule, check.name});
      list.rules.back().rule.reason = outcome_reason(outcome, values);
    }
  }
  return list;
}

std::string check_as_junit(const check::Report& report, Values values) {
  return rules_as_junit(rule_list(report, values), values);
}

std::string check_as_github(const check::Report& report, Values values) {
  return rules_as_github(rule_list(report, values), values);
}

std::string check_as_gitlab(const check::Report& report, Values values) {
  return rules_as_gitlab(rule_list(report, values), values);
}

}  // namespace mlops::report
