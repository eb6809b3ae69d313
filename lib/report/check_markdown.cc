#include <algorithm>

#include <fmt/format.h>

#include "base/units.h"
#include "report/check_report.h"
#include "report/check_rules.h"
#include "report/markdown.h"
#include "report/rules_table.h"

namespace mlops::report {
namespace {

using policy::Verdict;

constexpr std::string_view kCheckMarker = "<!-- mlops check -->\n";

/// Failures first; passed rules are counted above and not listed.
std::vector<std::string> outcome_rows(const check::CheckReport& check, Values values) {
  std::vector<const check::Outcome*> told;
  for (const check::Outcome& outcome : check.outcomes) {
    if (outcome.rule.verdict != Verdict::pass && outcome.rule.verdict != Verdict::skipped) {
      told.push_back(&outcome);
    }
  }
  std::stable_sort(told.begin(), told.end(), [](const auto* a, const auto* b) {
    return severity_rank(shown_verdict(a->rule)) < severity_rank(shown_verdict(b->rule));
  });
  std::vector<std::string> rows;
  for (const check::Outcome* outcome : told) {
    const std::string why = outcome_reason(*outcome, values);
    rows.push_back(markdown_row({markdown_code(rule_title(outcome->rule)),
                                 new_value_text(outcome->rule),
                                 markdown_code(outcome->rule.limit),
                                 why.empty() ? "" : markdown_sentence(why),
                                 markdown_verdict(shown_verdict(outcome->rule))}));
  }
  return rows;
}

void add_check(MarkdownPage& page,
               const check::CheckReport& check,
               Values values,
               std::size_t& missing) {
  const CheckTally tally = check_tally(check);
  const std::string head = fmt::format("\n#### {} {}\n\n{}: {}, {} of {} pass.\n",
                                       markdown_verdict(check.verdict),
                                       markdown_code(check.name),
                                       markdown_code(check.table.name),
                                       plural(check.table.rows, "row"),
                                       tally.pass,
                                       plural(check.outcomes.size(), "rule"));
  const std::vector<std::string> rows = outcome_rows(check, values);
  if (!page.add(head)) {
    missing += rows.size();
    return;
  }
  page.add_table(
      "\n" + markdown_row({"rule", "value", "limit", "why", "verdict"}) + "|---|--:|---|---|---|\n",
      rows,
      "",
      missing);
  for (const std::string& note : check.notes) {
    missing += page.add("\nNote: " + markdown_sentence(note) + "\n") ? 0U : 1U;
  }
}

}  // namespace

std::string check_as_markdown(const check::Report& report, Values values) {
  MarkdownPage page;
  page.add(std::string(kCheckMarker) + fmt::format("### {} {}\n",
                                                   verdict_word(report.verdict),
                                                   plural(report.checks.size(), "check")));
  std::vector<const check::CheckReport*> checks;
  for (const check::CheckReport& check : report.checks) {
    checks.push_back(&check);
  }
  std::stable_sort(checks.begin(), checks.end(), [](const auto* a, const auto* b) {
    return severity_rank(a->verdict) < severity_rank(b->verdict);
  });
  std::size_t missing = 0;
  for (const check::CheckReport* check : checks) {
    add_check(page, *check, values, missing);
  }
  std::string cut;
  if (missing > 0) {
    cut = fmt::format("\nCut, because a comment has a limit: {}. `mlops check --json` shows all.\n",
                      plural(missing, "line"));
  }
  return page.take() + cut;
}

}  // namespace mlops::report
