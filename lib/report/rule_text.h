#pragma once

#include <string>
#include <vector>

#include "diff/result.h"
#include "report/diff_report.h"

namespace mlops::report {

/// A rule and the name of the set that it judged; no name: it judged none.
struct JudgedRule {
  const diff::RuleResult& rule;
  std::string set;
};
/// Every rule of the report, in its order; as long as the report lives.
std::vector<JudgedRule> judged_rules(const diff::Report& report);

/// "ece10 0.0471 -> 0.0790, allowed: rise <= 0.02".
std::string figures_sentence(const diff::RuleResult& rule);
/// Why it ended as it did. With hidden values a rule of the house tells counts only: its reason may
/// name labels.
std::string reason_text(const diff::RuleResult& rule, Values values);
/// One line: the figures, or what is missing for them.
std::string rule_sentence(const diff::RuleResult& rule, Values values);

}  // namespace mlops::report
