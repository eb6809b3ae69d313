#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/units.h"
#include "policy/metric_name.h"
#include "report/diff_report.h"
#include "report/layout.h"
#include "report/metric_words.h"
#include "report/number_text.h"
#include "report/rules_table.h"

namespace mlops::report {
namespace {

using diff::RuleResult;
using policy::Verdict;

/// A rule's result and the set that it judged; none for a rule that judged no set.
struct Explained {
  RuleResult rule;
  const diff::PredictionReport* set = nullptr;
};

bool is_meant(const RuleResult& rule, const std::string& wanted) {
  return rule.name == wanted || rule.metric == wanted || rule_title(rule) == wanted ||
         (!rule.slice.empty() && rule.metric + " [" + rule.slice + "]" == wanted);
}

/// A metric that no rule is on: what was measured, without a judgement.
std::vector<Explained> find_metrics(const diff::Report& report, const std::string& wanted) {
  std::vector<Explained> found;
  for (const diff::PredictionReport& set : report.predictions) {
    for (const diff::Metric& metric : set.metrics) {
      if (metric.name != wanted) {
        continue;
      }
      RuleResult shown;
      shown.name = shown.metric = metric.name;
      shown.figure.old_value = metric.old_value;
      shown.figure.new_value = metric.new_value;
      shown.figure.change = metric.change;
      (metric.change ? shown.figure.change_ci : shown.figure.new_ci) = metric.ci;
      shown.figure.n = metric.n;
      shown.figure.better = metric.better;
      shown.detail = metric.note;
      shown.verdict = shown.effect = Verdict::skipped;
      shown.reason = "no rule is on it";
      found.push_back({std::move(shown), &set});
    }
  }
  return found;
}

std::vector<Explained> find_rules(const diff::Report& report, const std::string& wanted) {
  std::vector<Explained> found;
  std::vector<std::string> known;
  const auto add = [&](const RuleResult& rule, const diff::PredictionReport* set) {
    known.push_back(rule.name);
    known.push_back(rule.metric);
    if (is_meant(rule, wanted)) {
      found.push_back({rule, set});
    }
  };
  for (const diff::PredictionReport& set : report.predictions) {
    for (const RuleResult& rule : set.rules) {
      add(rule, &set);
    }
  }
  for (const RuleResult& rule : report.rules) {
    add(rule, nullptr);
  }
  if (found.empty()) {
    found = find_metrics(report, wanted);
  }
  if (found.empty()) {
    const std::string hint = did_you_mean(wanted, known);
    std::sort(known.begin(), known.end());
    known.erase(std::unique(known.begin(), known.end()), known.end());
    throw Error(ErrorKind::usage,
                fmt::format("no rule is called {}", quote(wanted)),
                hint.empty() ? "by name or metric, such as " + join(known, ", ") : hint);
  }
  return found;
}

std::string inputs_of(const Explained& one) {
  if (one.set == nullptr) {
    const auto metric = policy::parse_metric_name(one.rule.metric);
    const bool is_on_file = metric && metric->kind == policy::MetricKind::file;
    return is_on_file ? one.rule.metric.substr(0, one.rule.metric.find(':')) + " of both versions"
                      : "none: no prediction set was judged by it";
  }
  const policy::PredictionSet& set = one.set->set;
  std::vector<std::string> columns = set.key;
  for (const auto& column : {set.label, set.prediction, set.weight}) {
    if (column) {
      columns.push_back(*column);
    }
  }
  for (const auto& [name, column] : set.probabilities) {
    columns.push_back(column);
  }
  std::string text = fmt::format("{}, columns {}", set.path, join(columns, ", "));
  if (one.rule.figure.n > 0) {
    text = plural(one.rule.figure.n, policy::unit_noun(set)) +
           (one.rule.slice.empty() ? "" : " [" + one.rule.slice + "]") + " of " + text;
  }
  return text;
}

bool is_rate_of_rows(const RuleResult& rule) {
  return rule.metric == "accuracy" || rule.metric == "churn" || rule.metric.ends_with("_flip_rate");
}

/// Rates of rows that count alike have intervals by formula.
std::string method_of(const Explained& one, double alpha) {
  const RuleResult& rule = one.rule;
  const bool has_weight = one.set != nullptr && one.set->set.weight.has_value();
  const auto metric = policy::parse_metric_name(rule.metric);
  const bool of_pair = metric && policy::is_of_pair(*metric);
  std::string name;
  if (!has_weight && is_rate_of_rows(rule)) {
    name = of_pair ? ", Wilson" : ", Bonett-Price";
  } else if (metric) {
    name = ", percentiles of 1,000 paired bootstrap replicates";
  }
  return confidence_text(alpha) + name;
}

/// What a margin of a rate is in rows: "3 rows".
std::string in_rows(const Explained& one, double margin) {
  if (!is_rate_of_rows(one.rule) || one.set == nullptr || one.set->set.weight ||
      one.rule.figure.n == 0) {
    return {};
  }
  const double rows = std::ceil(std::abs(margin) * static_cast<double>(one.rule.figure.n) - 1e-9);
  return fmt::format(" ({})", plural(static_cast<std::uint64_t>(std::max(rows, 1.0)), "row"));
}

std::string would_change(const Explained& one, const policy::HeldPart& part) {
  const bool holds = part.margin.value_or(0) >= 0;
  const std::string bound = fmt::format("{:g}", part.bound);
  if (!part.margin) {
    return {};
  }
  const bool at_most = part.kind == policy::HeldPart::Bound::at_most;
  return holds ? fmt::format("it fails when {} {} than {}, {:.4g}{} from here",
                             part.of,
                             at_most ? "is more" : "is less",
                             bound,
                             *part.margin,
                             in_rows(one, *part.margin))
               : fmt::format("it passes when {} is {} {}, {:.4g}{} from here; or with that limit",
                             part.of,
                             at_most ? "at most" : "at least",
                             bound,
                             -*part.margin,
                             in_rows(one, *part.margin));
}

class Explanation {
 public:
  explicit Explanation(const TextStyle& style) : style_(style) {}

  void add(const diff::Report& report, const Explained& one);
  std::string take() { return std::move(out_); }

 private:
  void row(std::string_view head, const std::string& text);
  void figures(const Explained& one, double alpha);
  void verdict(const Explained& one, policy::Decide decide);

  const TextStyle& style_;
  std::string out_;
};

void Explanation::row(std::string_view head, const std::string& text) {
  if (text.empty()) {
    return;
  }
  constexpr std::size_t kHead = 14;
  const std::string escaped = escape_for_terminal(text);
  const std::size_t width = style_.width > kHead + 20 ? style_.width - kHead : 0;
  bool first = true;
  for (const std::string& line : wrap(escaped, width)) {
    out_ += pad(first ? "  " + std::string(head) : "", kHead) + line + '\n';
    first = false;
  }
}

void Explanation::figures(const Explained& one, double alpha) {
  const RuleResult& rule = one.rule;
  row("old", number_text(rule.figure.old_value));
  row("new", new_value_text(rule) + (rule.detail.empty() ? "" : "   (" + rule.detail + ")"));
  row("change", change_text(rule.figure.change));
  const std::string interval =
      rule.figure.change_ci ? interval_text(rule.figure.change_ci) + " of the change"
      : rule.figure.new_ci  ? range_text(rule.figure.new_ci) + " of the new value"
                            : std::string();
  row("interval", interval.empty() ? interval : interval + ", " + method_of(one, alpha));
}

void Explanation::verdict(const Explained& one, policy::Decide decide) {
  const RuleResult& rule = one.rule;
  row("limit", rule.limit);
  const std::vector<policy::HeldPart> parts = policy::hold(rule.allowed, rule.figure, decide);
  const bool is_judged = rule.verdict == Verdict::pass || rule.verdict == Verdict::fail;
  for (const policy::HeldPart& part : parts) {
    if (part.decisive && is_judged) {
      row("held",
          fmt::format("{} is {:.6g}, allowed {} {:g}: {}",
                      part.of,
                      *part.decisive,
                      part.kind == policy::HeldPart::Bound::at_most ? "at most" : "at least",
                      part.bound,
                      part.margin.value_or(0) >= 0 ? "kept" : "broken"));
    }
  }
  if (rule.p_adjusted) {
    row("correction",
        fmt::format("p {} over all rules of the set", p_value_text(*rule.p_adjusted)));
  }
  std::string why = std::string(policy::to_string(rule.verdict));
  if (!rule.reason.empty()) {
    why += ": " + rule.reason;
  }
  if (rule.effect != rule.verdict) {
    why += fmt::format("; it counts as {}", policy::to_string(rule.effect));
  }
  row("why", why);
  for (const policy::HeldPart& part : parts) {
    if (is_judged) {
      row("what if", would_change(one, part));
    }
  }
  if (rule.verdict == Verdict::insufficient && rule.origin == diff::RuleOrigin::policy) {
    row("what if",
        "with the evidence that is missing it is judged; on_insufficient of [diff] says "
        "what it counts as until then");
  }
}

void Explanation::add(const diff::Report& report, const Explained& one) {
  const RuleResult& rule = one.rule;
  const std::string where = one.set == nullptr ? "no set" : one.set->set.name;
  out_ += out_.empty() ? "" : "\n";
  const std::string title = fmt::format("{}   {}   {} -> {}{}",
                                        rule_title(rule),
                                        where,
                                        report.old_name,
                                        report.new_name,
                                        rule.position.empty() ? "" : "   " + rule.position);
  for (const std::string& line :
       wrap(verdict_word(shown_verdict(rule)) + "  " + escape_for_terminal(title), style_.width)) {
    out_ += line + '\n';
  }
  if (rule.name != rule.metric && rule.name != rule.metric + " " + rule.limit) {
    row("name", rule.name);
  }
  const MetricWords words = words_of_metric(rule.metric);
  row("measures", words.what);
  row("formula", words.formula);
  row("of", inputs_of(one));
  const double alpha = one.set == nullptr ? 0.05 : one.set->alpha;
  figures(one, alpha);
  const bool is_ours = rule.origin == diff::RuleOrigin::built_in;
  const policy::Decide decide =
      one.set == nullptr || is_ours ? policy::Decide::point : one.set->decide;
  row("decided by",
      rule.limit.empty()                ? ""
      : is_ours                         ? "a rule of the house: the number itself"
      : decide == policy::Decide::point ? "point: the estimate"
      : decide == policy::Decide::sure
          ? "sure: the end of the interval that favours the new version"
          : "noninferior: the end that favours it least");
  verdict(one, decide);
}

}  // namespace

std::string explain_rule(const diff::Report& report,
                         const std::string& rule,
                         const TextStyle& style) {
  Explanation explanation(style);
  for (const Explained& one : find_rules(report, rule)) {
    explanation.add(report, one);
  }
  return explanation.take();
}

}  // namespace mlops::report
