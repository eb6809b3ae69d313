#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diff/result.h"

namespace mlops::report {

/// The rules of a prediction set, and the metrics that no rule names, as aligned text.
struct RulesTable {
  struct Row {
    std::string text;  ///< escaped; may hold a newline: a long name stands above its figures
    policy::Verdict verdict = policy::Verdict::skipped;
    bool judged = false;  ///< `text` ends in the verdict's word
  };
  std::vector<Row> rows;             ///< the heading first
  std::vector<std::string> reasons;  ///< of verdicts whose reason found no place in the table
};

/// Width 0: no limit. On a narrow terminal the intervals go first, then what else stands in their
/// column; names and verdicts are never cut.
RulesTable rules_table(const diff::PredictionReport& set, std::size_t width);

/// Rules of no prediction set: those on metrics files, and those that judged no set although they
/// should.
std::vector<diff::RuleResult> file_rules(const diff::Report& report);
std::vector<diff::RuleResult> unjudged_rules(const diff::Report& report);

/// How a verdict stands in the table: a failure that only warns is a warning.
policy::Verdict shown_verdict(const diff::RuleResult& rule);
/// Failures first: what a reader acts on stands before what is cut.
int severity_rank(policy::Verdict verdict);
/// The word says it, colour only repeats it: a failure shouts.
std::string verdict_word(policy::Verdict verdict);
/// The old or new figure of a rule. Most rules of the house count something: 1, not 1.0000.
std::string figure_text(const diff::RuleResult& rule, const std::optional<double>& value);
/// True when the reason says no more than the verdict beside its limit.
bool reason_is_plain(const diff::RuleResult& rule);
/// "accuracy [ward=C]".
std::string rule_title(const diff::RuleResult& rule);
/// Its new value: "0.9120"; of a count "1".
std::string new_value_text(const diff::RuleResult& rule);

}  // namespace mlops::report
