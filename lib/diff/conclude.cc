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

/// A reason that is known beats that there is no figure.
void tell_problems(std::vector<RuleResult>& rules,
                   const std::map<std::string, std::string>& problems) {
  for (RuleResult& rule : rules) {
    const auto problem = problems.find(rule.metric);
    if (problem != problems.end() && rule.verdict == Verdict::insufficient) {
      rule.reason = problem->second;
    }
  }
}

}  // namespace

void conclude(Report& report,
              const policy::Safeguards& safeguards,
              const std::vector<std::string>& left_out,
              const std::map<std::string, std::string>& problems) {
  std::vector<Verdict> verdicts;
  for (const PredictionReport& set : report.predictions) {
    verdicts.push_back(set.verdict);
  }
  for (const policy::DiffRule& rule : safeguards.rules) {
    std::vector<RuleResult> results;
    if (auto result = unjudged(report, rule, left_out, safeguards.diff.on_insufficient)) {
      results.push_back(*std::move(result));
    } else if (left_out.empty()) {
      results = without_columns(report, rule, safeguards.diff.on_insufficient);
    }
    for (RuleResult& result : results) {
      verdicts.push_back(result.effect);
      report.rules.push_back(std::move(result));
    }
  }
  tell_problems(report.rules, problems);
  for (PredictionReport& set : report.predictions) {
    tell_problems(set.rules, problems);
  }
  report.verdict = policy::combine(verdicts);
}

}  // namespace mlops::diff
