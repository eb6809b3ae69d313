#pragma once

#include <string>
#include <vector>

#include "check/result.h"
#include "diff/result.h"
#include "report/diff_report.h"

namespace mlops::report {

/// A rule and the name of the set or check that it judged; no name: it judged none.
struct JudgedRule {
  policy::RuleResult rule;
  std::string set;
};
/// Every rule that a command judged, in its order: what the reports for CI are made of.
struct RuleList {
  std::string command;  ///< "diff"
  std::string title;    ///< "mlops diff v1 v2"
  std::vector<JudgedRule> rules;
  std::string set_label = "set";      ///< OpenMetrics' label of what was judged …
  std::string slice_label = "slice";  ///< … and of a part of it
};
RuleList rule_list(const diff::Report& report);
/// The first rows that break a rule are part of its reason; their values are masked unless shown.
RuleList rule_list(const check::Report& report, Values values);

/// See diff_report.h and check_report.h for what they are.
std::string rules_as_junit(const RuleList& list, Values values);
std::string rules_as_github(const RuleList& list, Values values);
std::string rules_as_gitlab(const RuleList& list, Values values);
/// The families mlops_COMMAND_rule_value and mlops_COMMAND_rule_verdict.
std::string rules_as_openmetrics(const RuleList& list);

/// "ece10 0.0471 -> 0.0790, allowed: rise <= 0.02".
std::string figures_sentence(const diff::RuleResult& rule);
/// Why it ended as it did. With hidden values a rule of the house tells counts only: its reason may
/// name labels.
std::string reason_text(const diff::RuleResult& rule, Values values);
/// One line: the figures, or what is missing for them.
std::string rule_sentence(const diff::RuleResult& rule, Values values);

}  // namespace mlops::report
