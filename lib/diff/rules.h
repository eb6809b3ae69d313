#pragma once

#include <string>
#include <vector>

#include "diff/measures.h"
#include "diff/result.h"
#include "policy/safeguards.h"

namespace mlops::diff {

/// Rules of the policy on one prediction set. First every rule asks for its figures, then, when the
/// measures are settled, all are judged together: under decide = "sure" the correction looks at all
/// p-values at once.
class RuleBook {
 public:
  RuleBook(const policy::PredictionSet& set,
           const policy::Safeguards& safeguards,
           const Samples& samples,
           Measures& measures);
  std::vector<RuleResult> judge() const;

 private:
  struct Case {
    const policy::DiffRule* rule = nullptr;
    std::string slice;
    std::optional<std::size_t> place;                         ///< of the figure
    policy::Verdict settled = policy::Verdict::insufficient;  ///< without a figure
    std::string reason;
    std::uint64_t n = 0;
  };
  void add_plain(const policy::DiffRule& rule);
  void add_slices(const policy::DiffRule& rule, const MetricDefinition& metric);
  void add_gap(const policy::DiffRule& rule);
  void add_settled(const policy::DiffRule& rule,
                   std::string slice,
                   policy::Verdict verdict,
                   std::string reason,
                   std::uint64_t n = 0);
  policy::Verdict not_here(const policy::DiffRule& rule) const;
  RuleResult judge_case(const Case& one) const;
  void correct(std::vector<RuleResult>& results) const;
  double p_value(const Case& one) const;

  const policy::Safeguards& safeguards_;
  const Samples& samples_;
  Measures& measures_;
  Effort effort_;
  std::vector<Case> cases_;
};

/// What a verdict adds to the verdict of the set: severity and on_insufficient applied.
policy::Verdict effect_of(policy::Verdict verdict,
                          policy::Severity severity,
                          policy::OnInsufficient on_insufficient);
/// Results for all rules of a set whose versions cannot be compared.
std::vector<RuleResult> skip_rules(const policy::PredictionSet& set,
                                   const policy::Safeguards& safeguards,
                                   const std::string& reason);

}  // namespace mlops::diff
