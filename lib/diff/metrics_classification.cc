#include "diff/metrics_classification.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "diff/calibration.h"
#include "diff/class_row.h"
#include "diff/class_totals.h"
#include "diff/each_answer.h"
#include "stats/exact_sum.h"
#include "stats/summary.h"

namespace mlops::diff {
namespace {

constexpr double kClip = 1e-15;

/// The weighted share of rows that `holds`, among those that `counts`.
template <typename Counts, typename Holds>
std::optional<double> share(const Samples& samples,
                            const Selection& selection,
                            Counts counts,
                            Holds holds) {
  stats::Sum whole;
  stats::Sum part;
  each_answer(samples, selection, [&](const Answers& answers, double weight) {
    if (counts(answers)) {
      whole.add(weight);
      part.add(holds(answers) ? weight : 0);
    }
  });
  if (!(whole.value() > 0)) {
    return std::nullopt;
  }
  return part.value() / whole.value();
}

/// The mean squared error of rows that were summed.
std::optional<double> mean_of(const ClassSums& sums, const ClassSums::OfVersion& version) {
  if (version.odd_errors > 0 || sums.rows() == 0) {
    return std::nullopt;
  }
  return version.squared_error.value() / static_cast<double>(sums.rows());
}

constexpr auto kEveryRow = [](const Answers&) { return true; };

/// The weighted mean of a loss that is not negative, and NaN where it is undefined. The sum is
/// exact, as it is where rows were summed when they were read.
template <typename Loss>
std::optional<double> mean_loss(const Selection& selection, Loss loss) {
  stats::Sum whole;
  stats::ExactSum total;
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
  const std::uint32_t positive = *samples.positive;
  const Side side = samples.side_of(version);
  return share(
      samples,
      selection,
      [&](const Answers& answers) { return (answers.label == positive) == among_positives; },
      [&](const Answers& answers) { return answers.of(side) == positive; });
}

/// The weight of rows by benefit: 0, 1 and 2.
struct Benefits {
  std::array<stats::Sum, 3> weight;

  double all() const { return weight[0].value() + weight[1].value() + weight[2].value(); }
  double mean() const { return (weight[1].value() + 2 * weight[2].value()) / all(); }
  /// The mean of a function of a row's share of the mean benefit.
  template <typename Of>
  std::optional<double> mean_of_shares(Of of) const {
    if (!(all() > 0) || !(mean() > 0)) {
      return std::nullopt;
    }
    double sum = 0;
    for (std::size_t benefit = 0; benefit < weight.size(); ++benefit) {
      sum += weight[benefit].value() * of(static_cast<double>(benefit) / mean());
    }
    return sum / all();
  }
};

Benefits benefits_of(const Samples& samples, const Version& version, const Selection& selection) {
  Benefits benefits;
  const Side side = samples.side_of(version);
  each_answer(samples, selection, [&](const Answers& answers, double weight) {
    const std::size_t given = answers.of(side) == *samples.positive ? 1 : 0;
    const std::size_t due = answers.label == *samples.positive ? 1 : 0;
    benefits.weight[1 + given - due].add(weight);
  });
  return benefits;
}

}  // namespace

std::optional<double> accuracy(const Samples& samples,
                               const Version& version,
                               const Selection& selection) {
  if (!samples.has_labels) {
    return std::nullopt;
  }
  const Side side = samples.side_of(version);
  return share(samples, selection, kEveryRow, [&](const Answers& answers) {
    return answers.is_right(side);
  });
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
  if (selection.sums != nullptr) {
    return mean_of(*selection.sums, selection.sums->of(samples.side_of(version)));
  }
  const ProbabilityColumns columns{samples.probability_class, samples.positive_column};
  return mean_loss(selection, [&](std::uint32_t row) {
    return squared_error_of(columns, samples.label[row], [&](std::size_t column) {
      return version.probabilities[column][row];
    });
  });
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
  const Side side = samples.side_of(version);
  return share(samples, selection, kEveryRow, [&](const Answers& answers) {
    return answers.of(side) == *samples.positive;
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

std::optional<double> generalized_entropy_error(const Samples& samples,
                                                const Version& version,
                                                const Selection& selection) {
  if (!samples.is_binary() || !samples.has_labels) {
    return std::nullopt;
  }
  return benefits_of(samples, version, selection).mean_of_shares([](double share) {
    return (share * share - 1) / 2;
  });
}

std::optional<double> theil_index(const Samples& samples,
                                  const Version& version,
                                  const Selection& selection) {
  if (!samples.is_binary() || !samples.has_labels) {
    return std::nullopt;
  }
  return benefits_of(samples, version, selection).mean_of_shares([](double share) {
    return share > 0 ? share * std::log(share) : 0;
  });
}

std::optional<double> negative_flip_rate(const Samples& samples, const Selection& selection) {
  if (!samples.has_labels) {
    return std::nullopt;
  }
  return share(samples, selection, kEveryRow, [](const Answers& answers) {
    return answers.is_right(Side::old_version) && !answers.is_right(Side::new_version);
  });
}

std::optional<double> positive_flip_rate(const Samples& samples, const Selection& selection) {
  if (!samples.has_labels) {
    return std::nullopt;
  }
  return share(samples, selection, kEveryRow, [](const Answers& answers) {
    return !answers.is_right(Side::old_version) && answers.is_right(Side::new_version);
  });
}

std::optional<double> churn(const Samples& samples, const Selection& selection) {
  return share(samples, selection, kEveryRow, [](const Answers& answers) {
    return answers.before != answers.after;
  });
}

Counts count_flips(const Samples& samples, const Selection& selection) {
  Counts counts;
  const Selection each{selection.rows, {}, selection.sums};
  each_answer(samples, each, [&](const Answers& answers, double weight) {
    const auto rows = static_cast<std::uint64_t>(weight);
    counts.matched += rows;
    counts.changed += answers.before != answers.after ? rows : 0;
    if (answers.label == kNoCode) {
      return;
    }
    const bool before = answers.is_right(Side::old_version);
    const bool after = answers.is_right(Side::new_version);
    counts.negative_flips += before && !after ? rows : 0;
    counts.positive_flips += !before && after ? rows : 0;
    counts.both_wrong += !before && !after ? rows : 0;
  });
  return counts;
}

Counts count_flips(const Samples& samples) {
  Counts counts = count_flips(samples, {{}, {}, &samples.totals->labelled});
  const Counts others = count_flips(samples, {{}, {}, &samples.totals->unlabelled});
  counts.matched += others.matched;
  counts.changed += others.changed;
  return counts;
}

}  // namespace mlops::diff
