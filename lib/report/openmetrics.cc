#include "report/openmetrics.h"

#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "report/rule_text.h"

namespace mlops::report {
namespace {

using policy::Verdict;

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

}  // namespace

Family::Family(std::string name, std::string_view type, std::string_view help)
    : name_(std::move(name)),
      text_(fmt::format("# TYPE {0} {1}\n# HELP {0} {2}\n", name_, type, help)) {}

void Family::add(const Labels& labels, const std::optional<double>& value) {
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

void Family::add_state(Labels labels, Verdict verdict) {
  for (const Verdict state :
       {Verdict::pass, Verdict::warn, Verdict::fail, Verdict::insufficient, Verdict::skipped}) {
    labels.emplace_back(name_, policy::to_string(state));
    add(labels, state == verdict ? 1.0 : 0.0);
    labels.pop_back();
  }
}

std::string rules_as_openmetrics(const RuleList& list) {
  const std::string prefix = "mlops_" + list.command + "_rule_";
  Family values(prefix + "value", "gauge", "What a rule judged: the new value.");
  Family verdicts(prefix + "verdict", "stateset", "How a rule ended.");
  std::map<std::array<std::string, 3>, std::size_t> seen;
  for (const auto& [rule, set] : list.rules) {
    // Two rules may have one name; a series must not stand twice.
    const std::size_t times = ++seen[{set, rule.name, rule.slice}];
    const std::string name = times == 1 ? rule.name : fmt::format("{} ({})", rule.name, times);
    const Family::Labels labels{
        {list.set_label, set}, {"rule", name}, {list.slice_label, rule.slice}};
    values.add(labels, rule.figure.new_value);
    verdicts.add_state(labels, rule.verdict);
  }
  return values.text() + verdicts.text();
}

}  // namespace mlops::report
