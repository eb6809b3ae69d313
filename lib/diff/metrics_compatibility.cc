#include "diff/metrics_compatibility.h"

#include <cmath>

#include "diff/each_answer.h"
#include "stats/summary.h"

namespace mlops::diff {
namespace {

/// Weights of rows.
struct Outcomes {
  double both_right = 0;
  double lost = 0;
  double won = 0;
  double both_wrong = 0;
  double changed = 0;

  double all() const { return both_right + lost + won + both_wrong; }
};

std::optional<Outcomes> outcomes_of(const Samples& samples, const Selection& selection) {
  if (!samples.has_labels) {
    return std::nullopt;
  }
  stats::Sum both_right;
  stats::Sum lost;
  stats::Sum won;
  stats::Sum both_wrong;
  stats::Sum changed;
  each_answer(samples, selection, [&](const Answers& answers, double weight) {
    const bool before = answers.is_right(Side::old_version);
    const bool after = answers.is_right(Side::new_version);
    (before ? (after ? both_right : lost) : (after ? won : both_wrong)).add(weight);
    changed.add(answers.before != answers.after ? weight : 0);
  });
  return Outcomes{
      both_right.value(), lost.value(), won.value(), both_wrong.value(), changed.value()};
}

std::optional<double> share_of(double part, double whole) {
  return whole > 0 ? std::optional(part / whole) : std::nullopt;
}

}  // namespace

std::optional<double> backward_trust_compatibility(const Samples& samples,
                                                   const Selection& selection) {
  const auto found = outcomes_of(samples, selection);
  return found ? share_of(found->both_right, found->both_right + found->lost) : std::nullopt;
}

std::optional<double> backward_error_compatibility(const Samples& samples,
                                                   const Selection& selection) {
  const auto found = outcomes_of(samples, selection);
  return found ? share_of(found->both_wrong, found->won + found->both_wrong) : std::nullopt;
}

std::optional<double> relative_negative_flip_rate(const Samples& samples,
                                                  const Selection& selection) {
  const auto found = outcomes_of(samples, selection);
  if (!found || !(found->all() > 0)) {
    return std::nullopt;
  }
  const double accuracy_before = (found->both_right + found->lost) / found->all();
  const double error_after = (found->lost + found->both_wrong) / found->all();
  return share_of(found->lost / found->all(), accuracy_before * error_after);
}

std::optional<double> unnecessary_churn(const Samples& samples, const Selection& selection) {
  const auto found = outcomes_of(samples, selection);
  return found ? share_of(found->changed - std::abs(found->won - found->lost), found->all())
               : std::nullopt;
}

std::optional<double> win_loss_ratio(const Samples& samples, const Selection& selection) {
  const auto found = outcomes_of(samples, selection);
  return found ? share_of(found->won, found->lost) : std::nullopt;
}

}  // namespace mlops::diff
