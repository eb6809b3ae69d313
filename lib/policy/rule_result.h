#pragma once

#include <optional>
#include <string>

#include "policy/limit.h"
#include "policy/verdict.h"

namespace mlops::policy {

/// Rules of the policy stand in its file; those of the house hold for every comparison (missing
/// rows, new labels, new non-finite values, equal labels).
enum class RuleOrigin { policy, built_in };
/// What the figure of a rule is: a count is a whole number.
enum class Unit { real, count };

/// How one rule ended, whichever command judged it: what every report shows.
struct RuleResult {
  std::string name;
  std::string metric;
  std::string slice;  ///< "country=FR", of a check the column; or empty
  std::string limit;
  Limit allowed;  ///< what `limit` says
  Figure figure;
  Verdict verdict = Verdict::skipped;
  /// What it adds to the verdict of the whole: `insufficient` is a warning or nothing unless
  /// on_insufficient = "fail".
  Verdict effect = Verdict::skipped;
  std::string reason;
  std::string detail;                ///< "5 of 284", for the table
  std::optional<double> p_adjusted;  ///< after the correction, where there is one
  std::string position;              ///< "safeguards.toml:12"; empty for built-in rules
  RuleOrigin origin = RuleOrigin::policy;
  Unit unit = Unit::real;
};

}  // namespace mlops::policy
