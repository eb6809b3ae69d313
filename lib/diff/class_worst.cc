#include "diff/class_worst.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace mlops::diff {
namespace {

constexpr double kSmallest = 1e-15;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Of the label's own column, or what the positive class leaves.
double probability_of(const ClassReader& classes, std::uint32_t label, const ClassAnswer& answer) {
  const auto& columns = classes.probability_class();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] == label) {
      return answer.probabilities[i];
    }
  }
  const auto positive = classes.positive_column();
  return positive ? 1 - answer.probabilities[*positive] : kUnknown;
}

std::optional<double> known(double p) {
  return std::isnan(p) ? std::nullopt : std::optional(p);
}

}  // namespace

ClassLoss loss_of(const ClassReader& classes,
                  std::uint32_t label,
                  const ClassAnswer& before,
                  const ClassAnswer& after) {
  return {label,
          classes.is_right(before.prediction, label) && !classes.is_right(after.prediction, label),
          probability_of(classes, label, before),
          probability_of(classes, label, after)};
}

Badness bound_of(const ClassLoss& loss) {
  Badness most = {loss.is_negative_flip, 0, 0, 0};
  if (!std::isnan(loss.before) && !std::isnan(loss.after)) {
    most.confidence = loss.is_negative_flip ? 1 - loss.after : 0;
    most.growth = std::numeric_limits<double>::infinity();
  }
  return most;
}

Badness badness_of(const ClassLoss& loss, std::uint64_t key_hash) {
  Badness badness = bound_of(loss);
  badness.key_hash = key_hash;
  if (badness.growth > 0) {
    badness.growth =
        std::log(std::max(loss.before, kSmallest)) - std::log(std::max(loss.after, kSmallest));
  }
  return badness;
}

WorstRow describe(const ClassReader& classes,
                  const ClassLoss& loss,
                  const Badness& badness,
                  const ClassAnswer& before,
                  const ClassAnswer& after) {
  const auto positive = classes.positive_column();
  WorstRow row;
  row.label = classes.text(loss.label);
  row.old_prediction = classes.text(before.prediction);
  row.new_prediction = classes.text(after.prediction);
  row.old_score = positive ? std::optional(before.probabilities[*positive]) : known(loss.before);
  row.new_score = positive ? std::optional(after.probabilities[*positive]) : known(loss.after);
  row.loss_change = badness.growth;
  row.negative_flip = loss.is_negative_flip;
  return row;
}

}  // namespace mlops::diff
