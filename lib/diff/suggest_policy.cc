#include "diff/suggest_policy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "config/toml.h"
#include "policy/metric_name.h"

namespace mlops::diff {
namespace {

constexpr double kMore = 1.25;
constexpr double kLeastShare = 0.005;

/// Up to two significant digits; 0 stays 0.
double rounded_up(double value) {
  if (!(value > 0) || !std::isfinite(value)) {
    return 0;
  }
  const double unit = std::pow(10, std::floor(std::log10(value)) - 1);
  return std::ceil(value / unit - 1e-9) * unit;
}

/// Down, as the distance from 1 rounded up: 0.9987 is not 0.99.
double rounded_down(double value) {
  if (value < 1) {
    return std::max(0.0, 1 - rounded_up(1 - value));
  }
  const double unit = std::pow(10, std::floor(std::log10(value)) - 1);
  return std::floor(value / unit + 1e-9) * unit;
}

/// A number of TOML that reads back as it is meant: at most twelve digits.
std::string number(double value) {
  std::string text = fmt::format("{:.12g}", value);
  if (text.find_first_of(".e") == std::string::npos) {
    text += ".0";
  }
  return text;
}

std::string signed_number(double value) {
  return fmt::format("{:+.4g}", value);
}

/// What a figure can be at all; infinities where there is no end.
struct Ends {
  double low = -HUGE_VAL;
  double high = HUGE_VAL;
};

Ends ends_of(const std::string& metric) {
  constexpr std::array kShares{"accuracy",
                               "negative_flip_rate",
                               "backward_error_compatibility",
                               "backward_trust_compatibility",
                               "churn",
                               "unnecessary_churn",
                               "sign_flip_rate",
                               "ece",
                               "ndcg",
                               "rank_biased_overlap",
                               "overlap_at_10",
                               "label_match_rate",
                               "label_similarity",
                               "exact_match_rate",
                               "normalized_match_rate",
                               "text_similarity",
                               "newly_empty_rate",
                               "within_tolerance_rate"};
  const auto parsed = policy::parse_metric_name(metric);
  const std::string& base = parsed ? parsed->base : metric;
  if (std::find(kShares.begin(), kShares.end(), base) != kShares.end()) {
    return {0, 1};  // and so do differences and ratios of them
  }
  return base.starts_with("cosine_") ? Ends{-1, 1} : base == "brier_score" ? Ends{0, 2} : Ends{};
}

/// One limit: its key, its bound, and what was seen.
struct Suggestion {
  std::string key;
  double bound = 0;
  std::string seen;
  double reaches = 0;  ///< the figure at which it is just kept
};

/// A limit that lies at the end of what the figure can be, or behind it, is no safeguard.
bool can_fail(const std::string& metric, const Suggestion& suggestion) {
  const Ends ends = ends_of(metric);
  return suggestion.reaches > ends.low && suggestion.reaches < ends.high;
}

std::optional<Suggestion> suggest_change(const Metric& metric) {
  if (!metric.change || !metric.old_value) {
    return std::nullopt;
  }
  const bool higher = metric.better == policy::Better::higher;
  const double worsening = higher ? -*metric.change : *metric.change;
  double bound = std::max({0.0, worsening * kMore, kLeastShare * std::abs(*metric.old_value)});
  std::string seen = signed_number(*metric.change);
  if (metric.ci) {
    bound = std::max(bound, higher ? -metric.ci->low : metric.ci->high);
    seen += fmt::format(" ({}..{})", signed_number(metric.ci->low), signed_number(metric.ci->high));
  }
  bound = rounded_up(bound);
  return Suggestion{
      higher ? "max_drop" : "max_rise", bound, seen, *metric.old_value + (higher ? -bound : bound)};
}

std::optional<Suggestion> suggest_value(const Metric& metric) {
  if (!metric.new_value) {
    return std::nullopt;
  }
  const double value = *metric.new_value;
  const std::string seen = fmt::format("{:.4g}", value);
  if (metric.better == policy::Better::lower) {
    const double high = metric.ci ? metric.ci->high : value;
    const double bound = rounded_up(std::max(value * kMore, high));
    return Suggestion{"max", bound, seen, bound};
  }
  const double low = metric.ci ? std::min(metric.ci->low, value) : value;
  const double bound = rounded_down(std::min(low, value - (kMore - 1) * std::abs(1 - value)));
  return bound > 0 ? std::optional(Suggestion{"min", bound, seen, bound}) : std::nullopt;
}

std::string no_rule_text(const std::string& set,
                         const std::string& metric,
                         const Suggestion& suggestion) {
  return fmt::format("\n# {}: {} was {}: no limit with a margin could be broken\n",
                     escape_for_terminal(set),
                     metric,
                     suggestion.seen);
}

std::string rule_text(std::string_view table,
                      const std::string& set,
                      const std::string& metric,
                      const std::string& feature,
                      const Suggestion& suggestion) {
  if (!can_fail(metric, suggestion)) {
    return no_rule_text(set, metric, suggestion);
  }
  std::string text =
      fmt::format("\n[[diff.{}]]\npredictions = {}\n", table, config::toml_string(set));
  if (!feature.empty()) {
    text += fmt::format("sensitive_feature = {}\n", config::toml_string(feature));
  }
  return text + fmt::format("metric = {}\n{} = {}   # seen: {}\n",
                            config::toml_string(metric),
                            suggestion.key,
                            number(suggestion.bound),
                            suggestion.seen);
}

std::string rules_of(const PredictionReport& set) {
  std::string text;
  for (const Metric& metric : set.metrics) {
    const auto name = policy::parse_metric_name(metric.name);
    const bool of_pair = name && policy::is_of_pair(*name);
    const auto suggestion = of_pair ? suggest_value(metric) : suggest_change(metric);
    if (suggestion) {
      text += rule_text("rule", set.set.name, metric.name, "", *suggestion);
    }
  }
  for (const GroupGap& gap : set.gaps) {
    Metric metric;
    metric.old_value = gap.old_value;
    metric.new_value = gap.new_value;
    metric.change = gap.change;
    metric.ci = gap.ci;
    const auto name = policy::parse_metric_name(gap.name);
    metric.better = name ? name->better : policy::Better::lower;
    if (const auto suggestion = suggest_change(metric)) {
      text += rule_text("fairness", set.set.name, gap.name, gap.sensitive_feature, *suggestion);
    }
  }
  return text;
}

/// The largest figure of a rule of the house over all sets.
double largest(const Report& report, std::string_view rule) {
  double most = 0;
  for (const PredictionReport& set : report.predictions) {
    for (const RuleResult& result : set.rules) {
      if (result.origin == RuleOrigin::built_in && result.metric == rule) {
        most = std::max(most, result.figure.new_value.value_or(0));
      }
    }
  }
  return most;
}

std::string not_allowed(const Report& report) {
  std::string text;
  for (const PredictionReport& set : report.predictions) {
    for (const RuleResult& rule : set.rules) {
      const bool is_settable = rule.metric == "missing_rows" || rule.metric == "new_nonfinite";
      const bool is_broken =
          rule.verdict == policy::Verdict::fail || rule.verdict == policy::Verdict::insufficient;
      if (rule.origin == RuleOrigin::built_in && is_broken && !is_settable) {
        text += fmt::format("# {}: no policy allows {}: {}\n",
                            set.set.name,
                            rule.metric,
                            escape_for_terminal(rule.reason));
      }
    }
  }
  return text;
}

}  // namespace

std::string suggest_policy(const Report& report) {
  std::string text = fmt::format(
      "# What {} -> {} keeps, with margins: what a new version may do worse is yours to say.\n{}"
      "schema = 1\n\n[diff]\ndecide = \"point\"\nmissing_rows = {}\nnew_nonfinite = {}\n",
      escape_for_terminal(report.old_name),
      escape_for_terminal(report.new_name),
      not_allowed(report),
      number(std::min(1.0, rounded_up(largest(report, "missing_rows")))),
      static_cast<std::uint64_t>(largest(report, "new_nonfinite")));
  for (const PredictionReport& set : report.predictions) {
    text += rules_of(set);
  }
  return text;
}

}  // namespace mlops::diff
