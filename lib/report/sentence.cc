#include "report/sentence.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "policy/metric_name.h"
#include "report/rule_text.h"

namespace mlops::report {
namespace {

using policy::Verdict;

struct Phrase {
  std::string_view metric;
  std::string_view text;
};

/// What a broken rule means to somebody who does not know the metric's name.
constexpr std::array kComplaints{
    Phrase{"ece", "calibration got worse"},
    Phrase{"brier_score", "probabilities got worse"},
    Phrase{"log_loss", "probabilities got worse"},
    Phrase{"negative_flip_rate", "too many answers went from right to wrong"},
    Phrase{"churn", "too many answers changed"},
    Phrase{"labels_differ", "the labels are not the same"},
    Phrase{"missing_rows", "rows stand on one side only"},
    Phrase{"new_nonfinite", "numbers became NaN, infinite or empty"},
    Phrase{"new_labels", "answers appeared that were never seen"},
};

std::string words_of(const std::string& metric) {
  const auto name = policy::parse_metric_name(metric);
  std::string words = metric;
  if (name && name->kind == policy::MetricKind::expression) {
    return words;
  }
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string_view direction_of(double change) {
  return change > 0 ? "rose" : change < 0 ? "fell" : "stayed the same";
}

bool got_worse(const policy::MetricName& metric, const policy::Figure& figure) {
  if (!figure.change) {
    return policy::is_of_pair(metric);
  }
  return metric.better == policy::Better::higher ? *figure.change < 0 : *figure.change > 0;
}

std::string complaint_of(const diff::RuleResult& rule) {
  const std::string where = rule.slice.empty() ? "" : " [" + rule.slice + "]";
  const auto metric = policy::parse_metric_name(rule.metric);
  if (metric && !got_worse(*metric, rule.figure)) {
    return words_of(rule.metric) + where + " is beyond its limit";
  }
  if (metric && metric->kind == policy::MetricKind::gap) {
    const std::string what =
        metric->base == metric->text ? "" : "in " + words_of(metric->base) + " ";
    return fmt::format("the gap {}by {} grew", what, rule.slice);
  }
  const auto* const known = std::find_if(
      kComplaints.begin(), kComplaints.end(), [&](auto& one) { return one.metric == rule.metric; });
  if (known != kComplaints.end()) {
    return std::string(known->text) + where;
  }
  return rule.figure.change
             ? fmt::format(
                   "{}{} {}", words_of(rule.metric), where, direction_of(*rule.figure.change))
             : words_of(rule.metric) + where + " is beyond its limit";
}

/// The first figure of the set, which everybody looks at: accuracy, or the mean error.
std::string headline_of(const diff::PredictionReport& set) {
  const auto found = std::find_if(set.metrics.begin(), set.metrics.end(), [](const auto& metric) {
    return metric.change.has_value();
  });
  return found == set.metrics.end()
             ? std::string()
             : fmt::format("{} {}", words_of(found->name), direction_of(*found->change));
}

std::string clause_of(const diff::PredictionReport& set) {
  if (set.counts.matched == 0) {
    return "there was nothing to compare";
  }
  if (!set.is_comparable()) {
    return fmt::format("the {} are not the same, so nothing was compared",
                       set.incomparable == diff::Incomparable::keys ? "keys" : "labels");
  }
  constexpr std::size_t kTold = 2;
  std::vector<std::string> complaints;
  std::string headline = headline_of(set);
  for (const diff::RuleResult& rule : set.rules) {
    if (rule.effect != Verdict::fail) {
      continue;
    }
    std::string complaint = complaint_of(rule);
    if (complaint == headline) {
      headline.clear();
    }
    if (std::find(complaints.begin(), complaints.end(), complaint) == complaints.end()) {
      complaints.push_back(std::move(complaint));
    }
  }
  if (complaints.size() > kTold) {
    const std::size_t more = complaints.size() - kTold;
    complaints.resize(kTold);
    complaints.push_back(fmt::format("{} more", more));
  }
  std::string text = join(complaints, " and ");
  if (!headline.empty()) {
    text = headline + (text.empty() ? "" : ", but " + text);
  }
  return text;
}

struct Tally {
  std::size_t judged = 0;
  std::size_t broken = 0;
  std::size_t insufficient = 0;
};

void count(Tally& tally, const std::vector<diff::RuleResult>& rules) {
  for (const diff::RuleResult& rule : rules) {
    const bool asked = rule.origin == diff::RuleOrigin::policy && rule.verdict != Verdict::skipped;
    tally.judged += asked ? 1U : 0U;
    tally.broken += rule.effect == Verdict::fail ? 1U : 0U;
    tally.insufficient += rule.verdict == Verdict::insufficient ? 1U : 0U;
  }
}

Tally tally_of(const diff::Report& report) {
  Tally tally;
  for (const diff::PredictionReport& set : report.predictions) {
    count(tally, set.rules);
  }
  count(tally, report.rules);
  return tally;
}

std::string judgement_of(const Tally& tally) {
  std::string text;
  if (tally.broken > 0) {
    text = fmt::format(
        "{} {} no", plural(tally.broken, "safeguard"), tally.broken == 1 ? "says" : "say");
  } else if (tally.insufficient > 0 && tally.insufficient >= tally.judged) {
    return fmt::format("{} could not be judged", plural(tally.insufficient, "safeguard"));
  } else if (tally.judged == 0) {
    text = "no safeguard was asked";
  } else if (tally.insufficient == 0) {
    text = tally.judged == 1 ? "the safeguard says yes"
                             : fmt::format("all {} safeguards say yes", tally.judged);
  } else {
    text = "no safeguard says no";
  }
  if (tally.insufficient > 0) {
    text += fmt::format(", {} could not be judged", tally.insufficient);
  }
  return text;
}

}  // namespace

std::string summary_sentence(const diff::Report& report) {
  std::vector<std::string> clauses;
  for (const diff::PredictionReport& set : report.predictions) {
    const std::string clause = clause_of(set);
    if (!clause.empty()) {
      clauses.push_back((report.predictions.size() > 1 ? set.set.name + ": " : "") + clause);
    }
  }
  constexpr std::size_t kTold = 4;
  if (clauses.size() > kTold) {
    const std::size_t more = clauses.size() - kTold;
    clauses.resize(kTold);
    clauses.push_back(fmt::format("and {}", plural(more, "more set")));
  }
  const std::string judgement = judgement_of(tally_of(report));
  return clauses.empty() ? judgement : join(clauses, "; ") + ": " + judgement;
}

std::vector<std::string> broken_rules(const diff::Report& report) {
  std::vector<std::string> lines;
  for (const diff::PredictionReport& set : report.predictions) {
    for (const diff::RuleResult& rule : set.rules) {
      if (rule.effect != Verdict::fail) {
        continue;
      }
      lines.push_back((report.predictions.size() > 1 ? set.set.name + ": " : "") +
                      figures_sentence(rule));
    }
  }
  return lines;
}

}  // namespace mlops::report
