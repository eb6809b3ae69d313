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
  void add_expression(const policy::DiffRule& rule);
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
  Draw draw_;
  std::vector<Case> cases_;
};

/// A rule that could not be judged, or need not be: without figures.
RuleResult without_figure(const policy::DiffRule& rule,
                          policy::Verdict verdict,
                          std::string reason,
                          policy::OnInsufficient on_insufficient);
/// Whether a rule speaks of this set: it names it, or none.
bool concerns(const policy::DiffRule& rule, const policy::PredictionSet& set);
/// Whether some rule on the set is judged by intervals that are drawn, or by the order of
/// probabilities: that takes the rows themselves, not only sums over them.
bool need_rows(const policy::PredictionSet& set, const policy::Safeguards& safeguards);
/// All rules of a set whose versions cannot be compared: each insufficient.
std::vector<RuleResult> insufficient_rules(const policy::PredictionSet& set,
                                           const policy::Safeguards& safeguards,
                                           const std::string& reason);

}  // namespace mlops::diff
