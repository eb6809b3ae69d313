#include "diff/conclude.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "diff/rules.h"

namespace mlops::diff {
namespace {

using policy::Verdict;

/// Whether some set's results hold one of this rule, and whether one of them is a judgement.
struct Found {
  bool shown = false;
  bool judged = false;
};

std::string position_of(const policy::DiffRule& rule) {
  return fmt::format("{}:{}", rule.position.file, rule.position.line);
}

Found find_results(const Report& report, const policy::DiffRule& rule) {
  const std::string position = position_of(rule);
  Found found;
  for (const PredictionReport& set : report.predictions) {
    for (const RuleResult& result : set.rules) {
      const bool ours =
          concerns(rule, set.set) && result.position == position && result.name == rule.name;
      found.shown = found.shown || ours;
      found.judged = found.judged || (ours && result.verdict != Verdict::skipped);
    }
  }
  return found;
}

/// What stands for a rule that no set was judged by; nothing where the sets show it well enough.
std::optional<RuleResult> unjudged(const Report& report,
                                   const policy::DiffRule& rule,
                                   const std::vector<std::string>& left_out,
                                   policy::OnInsufficient on_insufficient) {
  const Found found = find_results(report, rule);
  if (found.judged) {
    return std::nullopt;
  }
  if (!rule.predictions) {
    // Sets that nobody asked for may have what this rule is about.
    return found.shown && !left_out.empty()
               ? std::nullopt
               : std::optional(without_figure(
                     rule, Verdict::insufficient, "judged no prediction set", on_insufficient));
  }
  if (std::find(left_out.begin(), left_out.end(), *rule.predictions) != left_out.end()) {
    return without_figure(rule,
                          Verdict::skipped,
                          fmt::format("{} was left out", quote(*rule.predictions)),
                          on_insufficient);
  }
  return without_figure(
      rule,
      Verdict::insufficient,
      fmt::format("{} has no set {}", quote(report.new_name), quote(*rule.predictions)),
      on_insufficient);
}

/// Slices and groups that a rule asks for and that no set has columns for.
std::vector<RuleResult> without_columns(const Report& report,
                                        const policy::DiffRule& rule,
                                        policy::OnInsufficient on_insufficient) {
  std::vector<std::string> wanted = rule.slices;
  if (rule.sensitive_feature) {
    wanted.push_back(*rule.sensitive_feature);
  }
  std::vector<RuleResult> results;
  for (const std::string& slice : wanted) {
    bool is_skipped = false;
    bool is_there = false;
    for (const PredictionReport& set : report.predictions) {
      for (const RuleResult& result : set.rules) {
        const bool ours = result.name == rule.name && result.position == position_of(rule);
        is_skipped =
            is_skipped || (ours && result.slice == slice && result.verdict == Verdict::skipped);
        is_there = is_there || (ours && result.verdict != Verdict::skipped &&
                                (result.slice == slice || result.slice.starts_with(slice + "=")));
      }
    }
    if (is_skipped && !is_there) {
      results.push_back(without_figure(rule,
                                       Verdict::insufficient,
                                       fmt::format("no set has a column for {}", quote(slice)),
                                       on_insufficient));
      results.back().slice = slice;
    }
  }
  return results;
}

/// There is no interval of such a number: it decides itself.
RuleResult judge_file_metric(const policy::DiffRule& rule,
                             const std::map<std::string, FileMetric>& file_metrics,
                             policy::OnInsufficient on_insufficient) {
  const auto found = file_metrics.find(rule.metric);
  if (found == file_metrics.end() || !found->second.problem.empty()) {
    return without_figure(
        rule,
        Verdict::insufficient,
        found == file_metrics.end() ? "two tables have no metrics file" : found->second.problem,
        on_insufficient);
  }
  RuleResult result = without_figure(rule, Verdict::pass, "", on_insufficient);
  result.figure.old_value = found->second.old_value;
  result.figure.new_value = found->second.new_value;
  if (result.figure.old_value && result.figure.new_value) {
    result.figure.change = *result.figure.new_value - *result.figure.old_value;
  }
  const policy::Judgement judged = policy::judge(rule.limit, result.figure, policy::Decide::point);
  result.verdict = judged.verdict;
  result.reason = judged.reason;
  result.effect = policy::effect_of(judged.verdict, rule.severity, on_insufficient);
  return result;
}

}  // namespace

void conclude(Report& report,
              const policy::Safeguards& safeguards,
              const std::vector<std::string>& left_out,
              const std::map<std::string, FileMetric>& file_metrics) {
  std::vector<Verdict> verdicts;
  for (const PredictionReport& set : report.predictions) {
    verdicts.push_back(set.verdict);
  }
  for (const policy::DiffRule& rule : safeguards.rules) {
    std::vector<RuleResult> results;
    if (rule.parsed.kind == policy::MetricKind::file) {
      results.push_back(judge_file_metric(rule, file_metrics, safeguards.diff.on_insufficient));
    } else if (auto result = unjudged(report, rule, left_out, safeguards.diff.on_insufficient)) {
      results.push_back(*std::move(result));
    } else if (left_out.empty()) {
      results = without_columns(report, rule, safeguards.diff.on_insufficient);
    }
    for (RuleResult& result : results) {
      verdicts.push_back(result.effect);
      report.rules.push_back(std::move(result));
    }
  }
  report.verdict = policy::combine(verdicts);
}

}  // namespace mlops::diff
