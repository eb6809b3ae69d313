#include "diff/metrics_curves.h"

#include <algorithm>
#include <vector>

#include "stats/summary.h"

namespace mlops::diff {
namespace {

/// Weights of the rows that have one probability.
struct Step {
  double events = 0;
  double others = 0;
};

/// One class against the rest: a step for each probability, from the highest down, and their sums.
struct Curve {
  std::vector<Step> steps;
  double events = 0;
  double others = 0;
};

struct Scored {
  double probability = 0;
  double weight = 0;
  bool is_event = false;
};

/// Nothing where a probability is none.
std::optional<std::vector<Scored>> scored_rows(const Samples& samples,
                                               const std::vector<double>& probabilities,
                                               std::uint32_t event,
                                               const Selection& selection) {
  std::vector<Scored> rows;
  rows.reserve(selection.rows.size());
  for (const std::uint32_t row : selection.rows) {
    const double p = probabilities[row];
    if (!(p >= 0 && p <= 1)) {
      return std::nullopt;
    }
    if (const double weight = selection.weight(row); weight > 0) {
      rows.push_back({p, weight, samples.label[row] == event});
    }
  }
  // Rows of one probability stay in the order of their keys: sums do not depend on the files.
  std::stable_sort(rows.begin(), rows.end(), [](const Scored& a, const Scored& b) {
    return a.probability > b.probability;
  });
  return rows;
}

std::optional<Curve> curve_of(const Samples& samples,
                              const std::vector<double>& probabilities,
                              std::uint32_t event,
                              const Selection& selection) {
  const auto rows = scored_rows(samples, probabilities, event, selection);
  if (!rows) {
    return std::nullopt;
  }
  Curve curve;
  stats::Sum events;
  stats::Sum others;
  for (std::size_t i = 0; i < rows->size();) {
    stats::Sum step_events;
    stats::Sum step_others;
    const double probability = (*rows)[i].probability;
    for (; i < rows->size() && (*rows)[i].probability == probability; ++i) {
      const Scored& row = (*rows)[i];
      (row.is_event ? step_events : step_others).add(row.weight);
      (row.is_event ? events : others).add(row.weight);
    }
    curve.steps.push_back({step_events.value(), step_others.value()});
  }
  curve.events = events.value();
  curve.others = others.value();
  return curve;
}

std::optional<double> roc_auc_of(const Curve& curve) {
  if (!(curve.events > 0 && curve.others > 0)) {
    return std::nullopt;
  }
  stats::Sum above;
  stats::Sum area;
  for (const Step& step : curve.steps) {
    area.add(step.others * (above.value() + step.events / 2));
    above.add(step.events);
  }
  return area.value() / (curve.events * curve.others);
}

std::optional<double> average_precision_of(const Curve& curve) {
  if (!(curve.events > 0)) {
    return std::nullopt;
  }
  stats::Sum found;
  stats::Sum taken;
  stats::Sum total;
  for (const Step& step : curve.steps) {
    found.add(step.events);
    taken.add(step.events);
    taken.add(step.others);
    total.add(step.events * (found.value() / taken.value()));
  }
  return total.value() / curve.events;
}

bool every_label_has_a_column(const Samples& samples, const Selection& selection) {
  const auto& classes = samples.probability_class;
  return std::all_of(selection.rows.begin(), selection.rows.end(), [&](std::uint32_t row) {
    return !(selection.weight(row) > 0) ||
           std::find(classes.begin(), classes.end(), samples.label[row]) != classes.end();
  });
}

/// Of the positive class, or the mean over classes; nothing where it is undefined for one of them.
template <typename Figure>
std::optional<double> against_the_rest(const Samples& samples,
                                       const Version& version,
                                       const Selection& selection,
                                       Figure figure) {
  if (!samples.has_labels || !samples.has_probabilities()) {
    return std::nullopt;
  }
  const auto of_column = [&](std::size_t column, std::uint32_t event) -> std::optional<double> {
    const auto curve = curve_of(samples, version.probabilities[column], event, selection);
    return curve ? figure(*curve) : std::nullopt;
  };
  if (samples.positive_column) {
    return of_column(*samples.positive_column, *samples.positive);
  }
  if (!every_label_has_a_column(samples, selection)) {
    return std::nullopt;
  }
  stats::Sum total;
  for (std::size_t column = 0; column < samples.probability_class.size(); ++column) {
    const auto value = of_column(column, samples.probability_class[column]);
    if (!value) {
      return std::nullopt;
    }
    total.add(*value);
  }
  return total.value() / static_cast<double>(samples.probability_class.size());
}

}  // namespace

std::optional<double> roc_auc(const Samples& samples,
                              const Version& version,
                              const Selection& selection) {
  return against_the_rest(samples, version, selection, roc_auc_of);
}

std::optional<double> average_precision(const Samples& samples,
                                        const Version& version,
                                        const Selection& selection) {
  return against_the_rest(samples, version, selection, average_precision_of);
}

}  // namespace mlops::diff
