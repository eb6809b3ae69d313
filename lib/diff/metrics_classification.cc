#include "diff/metrics_classification.h"

#include <algorithm>
#include <cmath>

#include "diff/calibration.h"
#include "stats/summary.h"

namespace mlops::diff {
namespace {

constexpr double kClip = 1e-15;

/// The weighted share of rows that `holds`, among those that `counts`.
template <typename Counts, typename Holds>
std::optional<double> share(const Selection& selection, Counts counts, Holds holds) {
  stats::Sum whole;
  stats::Sum part;
  for (const std::uint32_t row : selection.rows) {
    if (counts(row)) {
      whole.add(selection.weight(row));
      part.add(holds(row) ? selection.weight(row) : 0);
    }
  }
  if (!(whole.value() > 0)) {
    return std::nullopt;
  }
  return part.value() / whole.value();
}

constexpr auto kEveryRow = [](std::uint32_t) { return true; };

bool is_probability(double p) {
  return p >= 0 && p <= 1;
}

/// The weighted mean of a loss that is NaN where it is undefined.
template <typename Loss>
std::optional<double> mean_loss(const Selection& selection, Loss loss) {
  stats::Sum whole;
  stats::Sum total;
  for (const std::uint32_t row : selection.rows) {
    const double value = loss(row);
    if (std::isnan(value)) {
      return std::nullopt;
    }
    whole.add(selection.weight(row));
    total.add(selection.weight(row) * value);
  }
  if (!(whole.value() > 0)) {
    return std::nullopt;
  }
  return total.value() / whole.value();
}

double brier_of_row(const Samples& samples, const Version& version, std::uint32_t row) {
  const std::uint32_t label = samples.label[row];
  const auto squared = [&](std::size_t column, std::uint32_t event) {
    const double p = version.probabilities[column][row];
    const double off = p - (label == event ? 1.0 : 0.0);
    return is_probability(p) ? off * off : std::nan("");
  };
  if (samples.positive_column) {
    return squared(*samples.positive_column, *samples.positive);
  }
  double sum = 0;
  for (std::size_t i = 0; i < samples.probability_class.size(); ++i) {
    sum += squared(i, samples.probability_class[i]);
  }
  return sum;
}

/// The probability of the row's own label; 0 for a label without a column among several classes.
double probability_of_label(const Samples& samples, const Version& version, std::uint32_t row) {
  const std::uint32_t label = samples.label[row];
  if (samples.positive_column) {
    const double p = version.probabilities[*samples.positive_column][row];
    return label == *samples.positive ? p : 1 - p;
  }
  const auto& classes = samples.probability_class;
  const auto found = std::find(classes.begin(), classes.end(), label);
  return found == classes.end()
             ? 0
             : version.probabilities[static_cast<std::size_t>(found - classes.begin())][row];
}

std::optional<double> positive_rate(const Samples& samples,
                                    const Version& version,
                                    const Selection& selection,
                                    bool among_positives) {
  if (!samples.is_binary() || !samples.has_labels) {
    return std::nullopt;
  }
  return share(
      selection,
      [&](std::uint32_t row) {
        return (samples.label[row] == *samples.positive) == among_positives;
      },
      [&](std::uint32_t row) { return version.prediction[row] == *samples.positive; });
}

}  // namespace

bool is_right(const Samples& samples, const Version& version, std::uint32_t row) {
  return samples.label[row] != kNoCode && version.prediction[row] == samples.label[row];
}

std::optional<double> accuracy(const Samples& samples,
                               const Version& version,
                               const Selection& selection) {
  if (!samples.has_labels) {
    return std::nullopt;
  }
  return share(
      selection, kEveryRow, [&](std::uint32_t row) { return is_right(samples, version, row); });
}

std::optional<double> ece(const Samples& samples,
                          const Version& version,
                          const Selection& selection) {
  const auto bins = reliability(samples, version, selection, kCalibrationBins);
  return bins ? expected_calibration_error(*bins) : std::nullopt;
}

std::optional<double> brier_score(const Samples& samples,
                                  const Version& version,
                                  const Selection& selection) {
  if (!samples.has_probabilities() || !samples.has_labels) {
    return std::nullopt;
  }
  return mean_loss(selection,
                   [&](std::uint32_t row) { return brier_of_row(samples, version, row); });
}

std::optional<double> log_loss(const Samples& samples,
                               const Version& version,
                               const Selection& selection) {
  if (!samples.has_probabilities() || !samples.has_labels) {
    return std::nullopt;
  }
  return mean_loss(selection, [&](std::uint32_t row) {
    const double p = probability_of_label(samples, version, row);
    return is_probability(p) ? -std::log(std::clamp(p, kClip, 1 - kClip)) : std::nan("");
  });
}

std::optional<double> selection_rate(const Samples& samples,
                                     const Version& version,
                                     const Selection& selection) {
  if (!samples.is_binary()) {
    return std::nullopt;
  }
  return share(selection, kEveryRow, [&](std::uint32_t row) {
    return version.prediction[row] == *samples.positive;
  });
}

std::optional<double> true_positive_rate(const Samples& samples,
                                         const Version& version,
                                         const Selection& selection) {
  return positive_rate(samples, version, selection, true);
}

std::optional<double> false_positive_rate(const Samples& samples,
                                          const Version& version,
                                          const Selection& selection) {
  return positive_rate(samples, version, selection, false);
}

std::optional<double> negative_flip_rate(const Samples& samples, const Selection& selection) {
  if (!samples.has_labels) {
    return std::nullopt;
  }
  return share(selection, kEveryRow, [&](std::uint32_t row) {
    return is_right(samples, samples.old_version, row) &&
           !is_right(samples, samples.new_version, row);
  });
}

std::optional<double> positive_flip_rate(const Samples& samples, const Selection& selection) {
  if (!samples.has_labels) {
    return std::nullopt;
  }
  return share(selection, kEveryRow, [&](std::uint32_t row) {
    return !is_right(samples, samples.old_version, row) &&
           is_right(samples, samples.new_version, row);
  });
}

std::optional<double> churn(const Samples& samples, const Selection& selection) {
  return share(selection, kEveryRow, [&](std::uint32_t row) {
    return samples.old_version.prediction[row] != samples.new_version.prediction[row];
  });
}

Counts count_flips(const Samples& samples, const Selection& selection) {
  Counts counts;
  for (const std::uint32_t row : selection.rows) {
    ++counts.matched;
    counts.changed +=
        samples.old_version.prediction[row] != samples.new_version.prediction[row] ? 1U : 0U;
    if (!samples.has_labels || samples.label[row] == kNoCode) {
      continue;
    }
    const bool before = is_right(samples, samples.old_version, row);
    const bool after = is_right(samples, samples.new_version, row);
    counts.negative_flips += before && !after ? 1U : 0U;
    counts.positive_flips += !before && after ? 1U : 0U;
    counts.both_wrong += !before && !after ? 1U : 0U;
  }
  return counts;
}

}  // namespace mlops::diff
