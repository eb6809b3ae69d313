#include "report/rules_table.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "policy/metric_name.h"
#include "report/layout.h"
#include "report/number_text.h"

namespace mlops::report {
namespace {

using policy::Verdict;

/// What the column between change and limit holds.
enum class Evidence { all, no_intervals, none };

/// A longer reason gets a line of its own below the table.
constexpr std::size_t kLongestInTable = 28;

/// The interval, or what stands for it: "(5 of 284)", "n=9 < 30".
std::string evidence_of(const diff::RuleResult& rule, Evidence shown) {
  if (shown == Evidence::none) {
    return {};
  }
  if (rule.verdict == Verdict::insufficient) {
    return display_width(rule.reason) <= kLongestInTable ? rule.reason : std::string();
  }
  if (rule.figure.change_ci) {
    return shown == Evidence::all ? interval_text(rule.figure.change_ci) : std::string();
  }
  return rule.detail.empty() ? std::string() : "(" + rule.detail + ")";
}

struct Line {
  std::vector<std::string> before;  ///< name, old, new, change
  std::string evidence;
  std::vector<std::string> after;  ///< limit, verdict
};

struct Draft {
  std::vector<Line> lines;
  std::vector<RulesTable::Row> rows;
  std::vector<std::string> reasons;
};

void add_rule(Draft& draft, const diff::RuleResult& rule, Evidence shown) {
  const Verdict verdict = shown_verdict(rule);
  Line line;
  line.before = {rule_title(rule),
                 number_text(rule.figure.old_value),
                 new_value_text(rule),
                 change_text(rule.figure.change)};
  line.evidence = evidence_of(rule, shown);
  line.after = {rule.limit, verdict_word(verdict)};
  // Built-in rules tell their reason themselves.
  if (rule.verdict == Verdict::insufficient && line.evidence.empty() &&
      rule.origin == diff::RuleOrigin::policy) {
    draft.reasons.push_back("insufficient: " + rule_title(rule) + ": " + rule.reason);
  }
  draft.lines.push_back(std::move(line));
  draft.rows.push_back({"", verdict, true});
}

/// The interval of a change; of a rate of the pair what it is made of, as its rule would show it;
/// why there is no figure.
std::string evidence_of(const diff::Metric& metric, Evidence shown) {
  const bool is_rate = metric.ci && !metric.change;
  if ((is_rate || !metric.new_value) && !metric.note.empty()) {
    return shown == Evidence::none ? std::string() : "(" + metric.note + ")";
  }
  if (shown != Evidence::all) {
    return {};
  }
  return metric.change ? interval_text(metric.ci) : range_text(metric.ci);
}

void add_metric(Draft& draft, const diff::Metric& metric, Evidence shown) {
  Line line;
  line.before = {metric_title(metric.name),
                 number_text(metric.old_value),
                 number_text(metric.new_value),
                 change_text(metric.change)};
  line.evidence = evidence_of(metric, shown);
  line.after = {"", "-"};
  draft.lines.push_back(std::move(line));
  draft.rows.push_back({"", Verdict::skipped, false});
}

Draft draft_of(const diff::PredictionReport& set, Evidence shown) {
  Draft draft;
  draft.lines.push_back({{"rule", "old", "new", "change"},
                         shown == Evidence::all ? confidence_text(set.alpha) + " CI" : "",
                         {"limit", "verdict"}});
  draft.rows.push_back({"", Verdict::skipped, false});
  for (const diff::RuleResult& rule : set.rules) {
    const bool quiet = rule.origin == diff::RuleOrigin::built_in && rule.verdict == Verdict::pass;
    if (!quiet && rule.verdict != Verdict::skipped) {
      add_rule(draft, rule, shown);
    }
  }
  for (const diff::Metric& metric : set.metrics) {
    const bool ruled = std::any_of(set.rules.begin(), set.rules.end(), [&](const auto& rule) {
      return rule.metric == metric.name && rule.slice.empty();
    });
    if (!ruled) {
      add_metric(draft, metric, shown);
    }
  }
  return draft;
}

/// A column of evidence that would be empty is left out.
TextTable table_of(const Draft& draft, Evidence shown) {
  const bool column = shown == Evidence::all ||
                      std::any_of(draft.lines.begin(), draft.lines.end(), [](const Line& line) {
                        return !line.evidence.empty();
                      });
  TextTable table(column ? std::vector<std::size_t>{22, 8, 8, 9, 16, 14, 4}
                         : std::vector<std::size_t>{22, 8, 8, 9, 14, 4});
  for (const std::size_t number : {1U, 2U, 3U}) {
    table.align(number, TextTable::Numbers::by_end);
  }
  for (const Line& line : draft.lines) {
    std::vector<std::string> cells = line.before;
    if (column) {
      cells.push_back(line.evidence);
    }
    cells.insert(cells.end(), line.after.begin(), line.after.end());
    table.add(std::move(cells));
  }
  return table;
}

bool is_on_file(const diff::RuleResult& rule) {
  const auto metric = policy::parse_metric_name(rule.metric);
  return metric && metric->kind == policy::MetricKind::file;
}

}  // namespace

std::vector<diff::RuleResult> file_rules(const diff::Report& report) {
  std::vector<diff::RuleResult> rules;
  std::copy_if(report.rules.begin(), report.rules.end(), std::back_inserter(rules), is_on_file);
  return rules;
}

std::vector<diff::RuleResult> unjudged_rules(const diff::Report& report) {
  std::vector<diff::RuleResult> rules = report.rules;
  std::erase_if(rules, is_on_file);
  return rules;
}

Verdict shown_verdict(const diff::RuleResult& rule) {
  return rule.verdict == Verdict::fail ? rule.effect : rule.verdict;
}

int severity_rank(Verdict verdict) {
  switch (verdict) {
    case Verdict::fail:
      return 0;
    case Verdict::insufficient:
      return 1;
    case Verdict::warn:
      return 2;
    case Verdict::pass:
      return 3;
    case Verdict::skipped:
      break;
  }
  return 4;
}

std::string verdict_word(Verdict verdict) {
  return verdict == Verdict::fail ? "FAIL" : std::string(policy::to_string(verdict));
}

std::string figure_text(const diff::RuleResult& rule, const std::optional<double>& value) {
  const bool counted =
      rule.origin == diff::RuleOrigin::built_in && value && *value == std::floor(*value);
  return counted ? fmt::format("{:.0f}", *value) : number_text(value);
}

bool reason_is_plain(const diff::RuleResult& rule) {
  return rule.reason.empty() || rule.reason == "breaks " + rule.limit;
}

std::string rule_title(const diff::RuleResult& rule) {
  const std::string title = metric_title(rule.metric);
  return rule.slice.empty() ? title : title + " [" + rule.slice + "]";
}

std::string new_value_text(const diff::RuleResult& rule) {
  return rule.unit == diff::Unit::count && rule.figure.new_value
             ? fmt::format("{:.0f}", *rule.figure.new_value)
             : number_text(rule.figure.new_value);
}

RulesTable rules_table(const diff::PredictionReport& set, std::size_t width) {
  for (const Evidence shown : {Evidence::all, Evidence::no_intervals, Evidence::none}) {
    Draft draft = draft_of(set, shown);
    const TextTable table = table_of(draft, shown);
    if (width != 0 && table.width() > width && shown != Evidence::none) {
      continue;
    }
    const std::vector<std::string> lines = table.lines_with_spill(width);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      draft.rows[i].text = lines[i];
    }
    return {std::move(draft.rows), std::move(draft.reasons)};
  }
  return {};
}

}  // namespace mlops::report
