#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "report/banner.h"
#include "report/check_report.h"
#include "report/check_rules.h"
#include "report/layout.h"
#include "report/rules_table.h"

namespace mlops::report {
namespace {

using policy::Verdict;

/// With more rules than this the passed ones are one line: what is broken must be in sight.
constexpr std::size_t kMostPassed = 30;

class CheckText {
 public:
  CheckText(const TextStyle& style, Values values) : style_(style), values_(values) {}

  void check(const check::CheckReport& check);
  std::string take() { return std::move(out_); }

 private:
  void line(const std::string& text) { out_ += text + '\n'; }
  void wrapped(const std::string& text) {
    for (const std::string& part : wrap(escape_for_terminal(text), style_.width)) {
      line(part);
    }
  }
  void rules(const std::vector<const check::Outcome*>& outcomes);
  void reasons(const std::vector<const check::Outcome*>& outcomes);
  void skipped(const check::CheckReport& check);

  const TextStyle& style_;
  Values values_;
  bool has_details_ = false;  ///< in the table; else they stand with the reasons
  std::string out_;
};

/// The figures: name, value, what it is made of, limit, verdict.
void CheckText::rules(const std::vector<const check::Outcome*>& outcomes) {
  if (outcomes.empty()) {
    return;
  }
  for (const bool with_detail : {true, false}) {
    TextTable table(with_detail ? std::vector<std::size_t>{26, 8, 18, 14, 4}
                                : std::vector<std::size_t>{26, 8, 14, 4});
    table.align(1, TextTable::Numbers::by_end);
    const auto add = [&](std::vector<std::string> cells, const std::string& detail) {
      if (with_detail) {
        cells.insert(cells.begin() + 2, detail);
      }
      table.add(std::move(cells));
    };
    add({"rule", "value", "limit", "verdict"}, "");
    for (const check::Outcome* outcome : outcomes) {
      const policy::RuleResult& rule = outcome->rule;
      add({rule_title(rule),
           new_value_text(rule),
           cut(escape_for_terminal(rule.limit), 40),
           verdict_word(shown_verdict(rule))},
          rule.detail);
    }
    if (with_detail && style_.width != 0 && table.width() > style_.width) {
      continue;
    }
    has_details_ = with_detail;
    const std::vector<std::string> lines = table.lines_with_spill(style_.width);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (i == 0) {
        line(lines[i]);
        continue;
      }
      const Verdict verdict = shown_verdict(outcomes[i - 1]->rule);
      const std::string word = verdict_word(verdict);
      line(lines[i].substr(0, lines[i].size() - word.size()) + painted(word, verdict, style_));
    }
    return;
  }
}

/// Of what did not pass: why, and the first rows.
void CheckText::reasons(const std::vector<const check::Outcome*>& outcomes) {
  for (const check::Outcome* outcome : outcomes) {
    if (outcome->rule.verdict == Verdict::pass) {
      continue;
    }
    std::vector<std::string> why{outcome->rule.reason,
                                 has_details_ ? std::string() : outcome->rule.detail,
                                 examples_text(*outcome, values_)};
    std::erase(why, "");
    if (!why.empty()) {
      wrapped(rule_title(outcome->rule) + ": " + join(why, "; "));
    }
  }
}

void CheckText::skipped(const check::CheckReport& check) {
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const check::Outcome& outcome : check.outcomes) {
    if (outcome.rule.verdict == Verdict::skipped) {
      by_reason[outcome.rule.reason].push_back(rule_title(outcome.rule));
    }
  }
  for (const auto& [reason, titles] : by_reason) {
    wrapped(fmt::format("skipped, {}: {}", reason, join(titles, ", ")));
  }
}

void CheckText::check(const check::CheckReport& check) {
  const CheckTally tally = check_tally(check);
  out_ += banner(
      check.verdict, check.name + "   " + table_text(check.table), tally_text(tally), style_);
  std::vector<const check::Outcome*> told;
  for (const check::Outcome& outcome : check.outcomes) {
    const bool is_quiet = outcome.rule.verdict == Verdict::pass && tally.pass > kMostPassed;
    if (!is_quiet && outcome.rule.verdict != Verdict::skipped) {
      told.push_back(&outcome);
    }
  }
  rules(told);
  if (tally.pass > kMostPassed) {
    line(fmt::format("{} pass (--json lists them)", plural(tally.pass, "rule")));
  }
  reasons(told);
  skipped(check);
  if (check.outcomes.empty()) {
    line("no rule: the table was read, nothing was asked of it");
  }
  for (const std::string& note : check.notes) {
    wrapped("note: " + note);
  }
}

}  // namespace

std::string check_as_text(const check::Report& report, const TextStyle& style, Values values) {
  CheckText text(style, values);
  std::string all;
  for (const check::CheckReport& check : report.checks) {
    all += all.empty() ? "" : "\n";
    text.check(check);
    all += text.take();
  }
  return all;
}

}  // namespace mlops::report
