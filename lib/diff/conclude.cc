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

Found find_results(const Report& report, const policy::DiffRule& rule) {
  const std::string position = fmt::format("{}:{}", rule.position.file, rule.position.line);
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

}  // namespace

void conclude(Report& report,
              const policy::Safeguards& safeguards,
              const std::vector<std::string>& left_out) {
  std::vector<Verdict> verdicts;
  for (const PredictionReport& set : report.predictions) {
    verdicts.push_back(set.verdict);
  }
  for (const policy::DiffRule& rule : safeguards.rules) {
    if (auto result = unjudged(report, rule, left_out, safeguards.diff.on_insufficient)) {
      verdicts.push_back(result->effect);
      report.rules.push_back(*std::move(result));
    }
  }
  report.verdict = policy::combine(verdicts);
}

}  // namespace mlops::diff
