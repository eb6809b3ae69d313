#include <array>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "report/diff_report.h"
#include "report/rule_text.h"

namespace mlops::report {
namespace {

using policy::Verdict;
using Labels = std::vector<std::pair<std::string_view, std::string>>;

std::string escape_label(std::string_view text) {
  std::string escaped;
  for (const char c : escape_for_terminal(text)) {
    if (c == '\\' || c == '"') {
      escaped += '\\';
    }
    escaped += c;
  }
  return escaped;
}

std::string value_text(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  return std::isinf(value) ? (value > 0 ? "+Inf" : "-Inf") : fmt::format("{}", value);
}

/// One metric family: its head and its samples, in the order given.
class Family {
 public:
  Family(std::string_view name, std::string_view type, std::string_view help)
      : name_(name), text_(fmt::format("# TYPE {0} {1}\n# HELP {0} {2}\n", name, type, help)) {}

  /// Nothing for a figure that is undefined.
  void add(const Labels& labels, const std::optional<double>& value) {
    if (!value) {
      return;
    }
    std::string list;
    for (const auto& [key, text] : labels) {
      list += fmt::format("{}{}=\"{}\"", list.empty() ? "" : ",", key, escape_label(text));
    }
    text_ += fmt::format("{}{{{}}} {}\n", name_, list, value_text(*value));
    has_samples_ = true;
  }
  /// A state set: 1 for the one that holds.
  void add_state(Labels labels, Verdict verdict) {
    for (const Verdict state :
         {Verdict::pass, Verdict::warn, Verdict::fail, Verdict::insufficient, Verdict::skipped}) {
      labels.emplace_back(name_, policy::to_string(state));
      add(labels, state == verdict ? 1.0 : 0.0);
      labels.pop_back();
    }
  }
  std::string text() const { return has_samples_ ? text_ : std::string(); }

 private:
  std::string_view name_;
  std::string text_;
  bool has_samples_ = false;
};

std::string rows_of(const diff::Report& report) {
  Family family("mlops_diff_rows", "gauge", "Rows of a prediction set by how they were paired.");
  for (const diff::PredictionReport& set : report.predictions) {
    const diff::Counts& counts = set.counts;
    for (const auto& [kind, count] : {std::pair{"matched", counts.matched},
                                      std::pair{"only_old", counts.only_old},
                                      std::pair{"only_new", counts.only_new},
                                      std::pair{"changed", counts.changed}}) {
      family.add({{"set", set.set.name}, {"kind", kind}}, static_cast<double>(count));
    }
  }
  return family.text();
}

std::string metrics_of(const diff::Report& report) {
  Family values("mlops_diff_metric", "gauge", "A metric of one version, over all matched rows.");
  Family changes("mlops_diff_metric_change", "gauge", "New value of a metric minus its old one.");
  for (const diff::PredictionReport& set : report.predictions) {
    for (const diff::Metric& metric : set.metrics) {
      const Labels labels{{"set", set.set.name}, {"metric", metric.name}};
      Labels of_version = labels;
      of_version.emplace_back("version", "old");
      values.add(of_version, metric.old_value);
      of_version.back().second = "new";
      values.add(of_version, metric.new_value);
      changes.add(labels, metric.change);
    }
  }
  return values.text() + changes.text();
}

std::string rules_of(const diff::Report& report) {
  Family values("mlops_diff_rule_value", "gauge", "What a rule judged: the new value.");
  Family verdicts("mlops_diff_rule_verdict", "stateset", "How a rule ended.");
  std::map<std::array<std::string, 3>, std::size_t> seen;
  for (const auto& [rule, set] : judged_rules(report)) {
    // Two rules may have one name; a series must not stand twice.
    const std::size_t times = ++seen[{set, rule.name, rule.slice}];
    const std::string name = times == 1 ? rule.name : fmt::format("{} ({})", rule.name, times);
    const Labels labels{{"set", set}, {"rule", name}, {"slice", rule.slice}};
    values.add(labels, rule.figure.new_value);
    verdicts.add_state(labels, rule.verdict);
  }
  return values.text() + verdicts.text();
}

}  // namespace

std::string diff_as_openmetrics(const diff::Report& report) {
  Family verdict("mlops_diff_verdict", "stateset", "The verdict of the whole comparison.");
  verdict.add_state({}, report.verdict);
  return verdict.text() + rows_of(report) + metrics_of(report) + rules_of(report) + "# EOF\n";
}

}  // namespace mlops::report
