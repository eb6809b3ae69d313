#include "report/rule_text.h"

#include <fmt/format.h>

#include "report/rules_table.h"

namespace mlops::report {

RuleList rule_list(const diff::Report& report) {
  RuleList list{"diff", fmt::format("mlops diff {} {}", report.old_name, report.new_name), {}};
  for (const diff::PredictionReport& set : report.predictions) {
    for (const diff::RuleResult& rule : set.rules) {
      list.rules.push_back({rule, set.set.name});
    }
  }
  for (const diff::RuleResult& rule : report.rules) {
    list.rules.push_back({rule, {}});
  }
  return list;
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

std::string diff_as_junit(const diff::Report& report, Values values) {
  return rules_as_junit(rule_list(report), values);
}

std::string diff_as_github(const diff::Report& report, Values values) {
  return rules_as_github(rule_list(report), values);
}

std::string diff_as_gitlab(const diff::Report& report, Values values) {
  return rules_as_gitlab(rule_list(report), values);
}

}  // namespace mlops::report
