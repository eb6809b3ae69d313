#include "report/rule_text.h"

#include <fmt/format.h>

#include "report/rules_table.h"

namespace mlops::report {

std::vector<JudgedRule> judged_rules(const diff::Report& report) {
  std::vector<JudgedRule> all;
  for (const diff::PredictionReport& set : report.predictions) {
    for (const diff::RuleResult& rule : set.rules) {
      all.push_back({rule, set.set.name});
    }
  }
  for (const diff::RuleResult& rule : report.rules) {
    all.push_back({rule, {}});
  }
  return all;
}

std::string figures_sentence(const diff::RuleResult& rule) {
  std::string text = rule_title(rule);
  if (rule.figure.old_value) {
    text += " " + figure_text(rule, rule.figure.old_value) + " ->";
  }
  return fmt::format("{} {}, allowed: {}", text, new_value_text(rule), rule.limit);
}

std::string reason_text(const diff::RuleResult& rule, Values values) {
  const bool may_name_labels = rule.origin == diff::RuleOrigin::built_in && !rule.detail.empty();
  if (rule.reason.empty() || (values == Values::hidden && may_name_labels)) {
    return rule.detail;
  }
  return rule.reason;
}

std::string rule_sentence(const diff::RuleResult& rule, Values values) {
  using policy::Verdict;
  if (rule.verdict == Verdict::insufficient || rule.verdict == Verdict::skipped) {
    return fmt::format(
        "{} {}: {}", rule_title(rule), policy::to_string(rule.verdict), reason_text(rule, values));
  }
  const std::string more = reason_is_plain(rule) ? rule.detail : reason_text(rule, values);
  return more.empty() ? figures_sentence(rule)
                      : fmt::format("{} ({})", figures_sentence(rule), more);
}

}  // namespace mlops::report
