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
  void add_plain(const policy::DiffRule& rule, const MetricDefinition& metric);
  void add_slices(const policy::DiffRule& rule, const MetricDefinition& metric);
  void add_gap(const policy::DiffRule& rule, const GapDefinition& gap);
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

/// Whether this build computes the rule's metric. Names that only other builds compute are read, so
/// that a policy may be shared with them.
bool is_computed(const policy::DiffRule& rule);
/// What a verdict on the rule adds to the verdict of the set: severity and on_insufficient applied.
/// Both are about evidence that a comparison may lack; a figure that this build never has is
/// missing whatever they say.
policy::Verdict effect_of(policy::Verdict verdict,
                          const policy::DiffRule& rule,
                          policy::OnInsufficient on_insufficient);
/// A rule that could not be judged, or need not be: without figures.
RuleResult without_figure(const policy::DiffRule& rule,
                          policy::Verdict verdict,
                          std::string reason,
                          policy::OnInsufficient on_insufficient);
/// Whether a rule speaks of this set: it names it, or none.
bool concerns(const policy::DiffRule& rule, const policy::PredictionSet& set);
/// All rules of a set whose versions cannot be compared: each insufficient.
std::vector<RuleResult> insufficient_rules(const policy::PredictionSet& set,
                                           const policy::Safeguards& safeguards,
                                           const std::string& reason);

}  // namespace mlops::diff
