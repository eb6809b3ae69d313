#include "diff/rules.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "stats/correction.h"

namespace mlops::diff {
namespace {

using policy::Verdict;

constexpr int kBisections = 40;

RuleResult result_of(const policy::DiffRule& rule) {
  RuleResult result;
  result.name = rule.name;
  result.metric = rule.metric;
  result.limit = policy::describe(rule.limit);
  result.allowed = rule.limit;
  result.position = fmt::format("{}:{}", rule.position.file, rule.position.line);
  return result;
}

}  // namespace

RuleResult without_figure(const policy::DiffRule& rule,
                          Verdict verdict,
                          std::string reason,
                          policy::OnInsufficient on_insufficient) {
  RuleResult result = result_of(rule);
  result.verdict = verdict;
  result.effect = policy::effect_of(verdict, rule.severity, on_insufficient);
  result.reason = std::move(reason);
  return result;
}

bool concerns(const policy::DiffRule& rule, const policy::PredictionSet& set) {
  return !rule.predictions || *rule.predictions == set.name;
}

bool need_rows(const policy::PredictionSet& set, const policy::Safeguards& safeguards) {
  const bool by_intervals = safeguards.diff.decide != policy::Decide::point;
  return std::any_of(
      safeguards.rules.begin(), safeguards.rules.end(), [&](const policy::DiffRule& rule) {
        if (!concerns(rule, set) || !policy::belongs_to(rule.parsed, set.task)) {
          return false;
        }
        if (rule.parsed.kind == policy::MetricKind::expression) {
          return true;
        }
        if (const auto gap = find_gap(rule.metric)) {
          return by_intervals || !std::all_of(gap->metrics.begin(),
                                              gap->metrics.end(),
                                              [](const auto* metric) { return is_sum(*metric); });
        }
        const MetricDefinition* const metric = find_metric(rule.metric);
        return metric != nullptr &&
               (!is_sum(*metric) || (by_intervals && metric->certainty == Certainty::bootstrap));
      });
}

std::vector<RuleResult> insufficient_rules(const policy::PredictionSet& set,
                                           const policy::Safeguards& safeguards,
                                           const std::string& reason) {
  std::vector<RuleResult> results;
  for (const policy::DiffRule& rule : safeguards.rules) {
    if (concerns(rule, set) && rule.parsed.kind != policy::MetricKind::file) {
      results.push_back(
          without_figure(rule, Verdict::insufficient, reason, safeguards.diff.on_insufficient));
    }
  }
  return results;
}

RuleBook::RuleBook(const policy::PredictionSet& set,
                   const policy::Safeguards& safeguards,
                   const Samples& samples,
                   Measures& measures)
    : safeguards_(safeguards),
      samples_(samples),
      measures_(measures),
      draw_(safeguards.diff.decide == policy::Decide::point ? Draw::no : Draw::yes) {
  for (const policy::DiffRule& rule : safeguards.rules) {
    // A number of a metrics file is of no set: see conclude().
    if (!concerns(rule, set) || rule.parsed.kind == policy::MetricKind::file) {
      continue;
    }
    if (!policy::belongs_to(rule.parsed, set.task)) {
      add_settled(rule,
                  rule.sensitive_feature.value_or(""),
                  not_here(rule),
                  fmt::format("not a metric of {}", policy::to_string(set.task)));
    } else if (const auto gap = find_gap(rule.metric)) {
      add_gap(rule, *gap);
    } else if (rule.parsed.kind == policy::MetricKind::expression) {
      add_expression(rule);
    } else if (const MetricDefinition* metric = find_metric(rule.metric)) {
      add_plain(rule, *metric);
    } else {
      throw Error(ErrorKind::internal, "there is no metric " + quote(rule.metric));
    }
  }
}

/// A rule for all sets passes by those that it cannot speak of; one that names this set does not.
Verdict RuleBook::not_here(const policy::DiffRule& rule) const {
  return rule.predictions ? Verdict::insufficient : Verdict::skipped;
}

void RuleBook::add_settled(const policy::DiffRule& rule,
                           std::string slice,
                           Verdict verdict,
                           std::string reason,
                           std::uint64_t n) {
  cases_.push_back({&rule, std::move(slice), std::nullopt, verdict, std::move(reason), n});
}

void RuleBook::add_plain(const policy::DiffRule& rule, const MetricDefinition& metric) {
  const std::uint64_t n = samples_.labelled_rows();
  if (rule.min_rows_written && n < rule.min_rows) {
    add_settled(rule, "", Verdict::insufficient, fmt::format("n={} < {}", n, rule.min_rows), n);
  } else {
    Case one{&rule, "", measures_.ask(metric, nullptr, draw_), {}, "", n};
    cases_.push_back(std::move(one));
  }
  add_slices(rule, metric);
}

void RuleBook::add_expression(const policy::DiffRule& rule) {
  if (samples_.task == policy::Task::ranking) {
    add_settled(rule, "", not_here(rule), "an expression is over rows, and these are lists");
    return;
  }
  const std::uint64_t n = samples_.labelled_rows();
  const std::string& missing = measures_.expression(rule.metric).missing();
  if (!missing.empty()) {
    add_settled(rule, "", not_here(rule), missing, n);
  } else if (rule.min_rows_written && n < rule.min_rows) {
    add_settled(rule, "", Verdict::insufficient, fmt::format("n={} < {}", n, rule.min_rows), n);
  } else {
    cases_.push_back({&rule, "", measures_.ask(rule.metric, draw_), {}, "", n});
  }
}

void RuleBook::add_slices(const policy::DiffRule& rule, const MetricDefinition& metric) {
  for (const std::string& slice : rule.slices) {
    if (!has_columns(samples_, slice)) {
      add_settled(rule, slice, not_here(rule), fmt::format("there is no column for {}", slice));
      continue;
    }
    for (const RowGroup& group : measures_.groups(slice)) {
      const std::uint64_t n = group.n;
      Case one{&rule, slice + "=" + group.value, std::nullopt, Verdict::insufficient, "", n};
      if (n < rule.min_rows) {
        one.reason = fmt::format("n={} < {}", n, rule.min_rows);
      }
      one.place = measures_.ask(metric, &group, draw_);
      cases_.push_back(std::move(one));
    }
  }
}

void RuleBook::add_gap(const policy::DiffRule& rule, const GapDefinition& gap) {
  const std::string& feature = *rule.sensitive_feature;
  if (!has_columns(samples_, feature)) {
    add_settled(rule, feature, not_here(rule), fmt::format("there is no column {}", feature));
    return;
  }
  const GroupMinimum minimum{rule.min_rows, rule.min_positives, rule.min_negatives};
  std::vector<const RowGroup*> enough;
  for (const RowGroup& group : measures_.groups(feature)) {
    std::string reason = too_small(gap, samples_, group, minimum);
    if (reason.empty()) {
      enough.push_back(&group);
    } else {
      add_settled(
          rule, feature + "=" + group.value, Verdict::insufficient, std::move(reason), group.n);
    }
  }
  const std::size_t place = measures_.ask(rule.metric, gap, feature, enough, draw_);
  cases_.push_back({&rule, feature, place, {}, "", measures_.at(place).n});
}

RuleResult RuleBook::judge_case(const Case& one) const {
  RuleResult result = result_of(*one.rule);
  result.slice = one.slice;
  result.verdict = one.settled;
  result.reason = one.reason;
  result.figure.n = one.n;
  if (one.place) {
    const Measure& measure = measures_.at(*one.place);
    result.figure = measure.figure(safeguards_.diff.alpha);
    result.detail = measure.detail;
    if (!measure.missing.empty()) {
      result.verdict = Verdict::insufficient;
      result.reason = result.reason.empty() ? measure.missing : result.reason;
    } else if (one.reason.empty()) {
      const policy::Judgement judged =
          policy::judge(one.rule->limit, result.figure, safeguards_.diff.decide);
      result.verdict = judged.verdict;
      result.reason = judged.reason;
    }
  }
  return result;
}

/// The smallest alpha at which the interval proves the limit broken: the p-value of the rule.
double RuleBook::p_value(const Case& one) const {
  const Measure& measure = measures_.at(*one.place);
  const auto fails_at = [&](double alpha) {
    return policy::judge(one.rule->limit, measure.figure(alpha), policy::Decide::sure).verdict ==
           Verdict::fail;
  };
  double low = 0;
  double high = 1 - 1e-9;
  if (!fails_at(high)) {
    return 1;
  }
  for (int i = 0; i < kBisections; ++i) {
    const double middle = (low + high) / 2;
    (fails_at(middle) ? high : low) = middle;
  }
  return high;
}

void RuleBook::correct(std::vector<RuleResult>& results) const {
  std::vector<std::size_t> tested;
  std::vector<double> p_values;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].verdict == Verdict::pass || results[i].verdict == Verdict::fail) {
      tested.push_back(i);
      p_values.push_back(p_value(cases_[i]));
    }
  }
  std::vector<double> adjusted = p_values;
  if (safeguards_.diff.correction == policy::Correction::holm) {
    adjusted = stats::holm(p_values);
  } else if (safeguards_.diff.correction == policy::Correction::bh) {
    adjusted = stats::benjamini_hochberg(p_values);
  }
  for (std::size_t i = 0; i < tested.size(); ++i) {
    RuleResult& result = results[tested[i]];
    result.p_adjusted = adjusted[i];
    if (result.verdict == Verdict::fail && adjusted[i] > safeguards_.diff.alpha) {
      result.verdict = Verdict::pass;
      result.reason = fmt::format("not sure after correction over {} rules", tested.size());
    }
  }
}

std::vector<RuleResult> RuleBook::judge() const {
  std::vector<RuleResult> results;
  std::transform(cases_.begin(), cases_.end(), std::back_inserter(results), [&](const Case& one) {
    return judge_case(one);
  });
  // A conjunction of proofs needs no correction, so only `sure` is corrected.
  if (safeguards_.diff.decide == policy::Decide::sure) {
    correct(results);
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    results[i].effect = policy::effect_of(
        results[i].verdict, cases_[i].rule->severity, safeguards_.diff.on_insufficient);
  }
  return results;
}

}  // namespace mlops::diff
