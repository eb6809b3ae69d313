#include "diff/metrics_confusion.h"

#include <cmath>
#include <vector>

#include "diff/each_answer.h"
#include "stats/summary.h"

namespace mlops::diff {
namespace {

/// Weights of one class, or of null predictions.
struct ClassWeights {
  stats::Sum actual;
  stats::Sum predicted;
  stats::Sum right;
};

struct Confusion {
  std::vector<ClassWeights> classes;  ///< by code; the last one: null predictions
  stats::Sum all;
  stats::Sum right;
};

std::optional<Confusion> confusion_of(const Samples& samples,
                                      const Version& version,
                                      const Selection& selection) {
  if (!samples.has_labels) {
    return std::nullopt;
  }
  Confusion confusion;
  confusion.classes.resize(samples.classes.size() + 1);
  const auto of = [&](std::uint32_t code) -> ClassWeights& {
    return code == kNoCode ? confusion.classes.back() : confusion.classes[code];
  };
  const Side side = samples.side_of(version);
  each_answer(samples, selection, [&](const Answers& answers, double weight) {
    const std::uint32_t prediction = answers.of(side);
    confusion.all.add(weight);
    of(answers.label).actual.add(weight);
    of(prediction).predicted.add(weight);
    if (answers.label == prediction) {
      of(answers.label).right.add(weight);
      confusion.right.add(weight);
    }
  });
  return confusion.all.value() > 0 ? std::optional(std::move(confusion)) : std::nullopt;
}

std::optional<double> quotient(double part, double whole) {
  return whole > 0 ? std::optional(part / whole) : std::nullopt;
}

std::optional<double> precision_of(const ClassWeights& one) {
  return quotient(one.right.value(), one.predicted.value());
}

std::optional<double> recall_of(const ClassWeights& one) {
  return quotient(one.right.value(), one.actual.value());
}

std::optional<double> f1_of(const ClassWeights& one) {
  return quotient(2 * one.right.value(), one.predicted.value() + one.actual.value());
}

using Figure = std::optional<double> (*)(const ClassWeights&);

bool is_seen(const ClassWeights& one) {
  return one.actual.value() + one.predicted.value() > 0;
}

/// Nothing where the figure is undefined for a class that counts.
std::optional<double> mean_over(const Confusion& confusion, Figure figure, Average average) {
  stats::Sum total;
  stats::Sum weights;
  for (std::size_t i = 0; i + 1 < confusion.classes.size(); ++i) {
    const ClassWeights& one = confusion.classes[i];
    const double weight = average == Average::weighted ? one.actual.value() : 1;
    if (!is_seen(one) || !(weight > 0)) {
      continue;
    }
    const auto value = figure(one);
    if (!value) {
      return std::nullopt;
    }
    total.add(*value * weight);
    weights.add(weight);
  }
  return quotient(total.value(), weights.value());
}

/// The sums over all classes, as if they were one.
ClassWeights all_as_one(const Confusion& confusion) {
  ClassWeights sums;
  for (std::size_t i = 0; i + 1 < confusion.classes.size(); ++i) {
    sums.actual.add(confusion.classes[i].actual.value());
    sums.predicted.add(confusion.classes[i].predicted.value());
    sums.right.add(confusion.classes[i].right.value());
  }
  return sums;
}

template <Average average>
std::optional<double> averaged(const Samples& samples,
                               const Version& version,
                               const Selection& selection,
                               Figure figure) {
  const auto confusion = confusion_of(samples, version, selection);
  if (!confusion) {
    return std::nullopt;
  }
  return average == Average::micro ? figure(all_as_one(*confusion))
                                   : mean_over(*confusion, figure, average);
}

/// Of the positive class, or the mean over classes.
std::optional<double> of_positive(const Samples& samples,
                                  const Version& version,
                                  const Selection& selection,
                                  Figure figure) {
  if (!samples.positive) {
    return averaged<Average::macro>(samples, version, selection, figure);
  }
  const auto confusion = confusion_of(samples, version, selection);
  return confusion ? figure(confusion->classes[*samples.positive]) : std::nullopt;
}

}  // namespace

std::optional<double> precision(const Samples& samples,
                                const Version& version,
                                const Selection& selection) {
  return of_positive(samples, version, selection, precision_of);
}

std::optional<double> recall(const Samples& samples,
                             const Version& version,
                             const Selection& selection) {
  return of_positive(samples, version, selection, recall_of);
}

std::optional<double> f1(const Samples& samples,
                         const Version& version,
                         const Selection& selection) {
  return of_positive(samples, version, selection, f1_of);
}

template <Average average>
std::optional<double> precision_over(const Samples& samples,
                                     const Version& version,
                                     const Selection& selection) {
  return averaged<average>(samples, version, selection, precision_of);
}

template <Average average>
std::optional<double> recall_over(const Samples& samples,
                                  const Version& version,
                                  const Selection& selection) {
  return averaged<average>(samples, version, selection, recall_of);
}

template <Average average>
std::optional<double> f1_over(const Samples& samples,
                              const Version& version,
                              const Selection& selection) {
  return averaged<average>(samples, version, selection, f1_of);
}

template std::optional<double> precision_over<Average::macro>(const Samples&,
                                                              const Version&,
                                                              const Selection&);
template std::optional<double> precision_over<Average::micro>(const Samples&,
                                                              const Version&,
                                                              const Selection&);
template std::optional<double> precision_over<Average::weighted>(const Samples&,
                                                                 const Version&,
                                                                 const Selection&);
template std::optional<double> recall_over<Average::macro>(const Samples&,
                                                           const Version&,
                                                           const Selection&);
template std::optional<double> recall_over<Average::micro>(const Samples&,
                                                           const Version&,
                                                           const Selection&);
template std::optional<double> recall_over<Average::weighted>(const Samples&,
                                                              const Version&,
                                                              const Selection&);
template std::optional<double> f1_over<Average::macro>(const Samples&,
                                                       const Version&,
                                                       const Selection&);
template std::optional<double> f1_over<Average::micro>(const Samples&,
                                                       const Version&,
                                                       const Selection&);
template std::optional<double> f1_over<Average::weighted>(const Samples&,
                                                          const Version&,
                                                          const Selection&);

std::optional<double> balanced_accuracy(const Samples& samples,
                                        const Version& version,
                                        const Selection& selection) {
  const auto confusion = confusion_of(samples, version, selection);
  if (!confusion) {
    return std::nullopt;
  }
  stats::Sum total;
  std::size_t seen = 0;
  for (const ClassWeights& one : confusion->classes) {
    if (const auto value = recall_of(one)) {
      total.add(*value);
      ++seen;
    }
  }
  return quotient(total.value(), static_cast<double>(seen));
}

std::optional<double> matthews_corrcoef(const Samples& samples,
                                        const Version& version,
                                        const Selection& selection) {
  const auto confusion = confusion_of(samples, version, selection);
  if (!confusion) {
    return std::nullopt;
  }
  stats::Sum together;
  stats::Sum actual_squares;
  stats::Sum predicted_squares;
  for (const ClassWeights& one : confusion->classes) {
    together.add(one.actual.value() * one.predicted.value());
    actual_squares.add(one.actual.value() * one.actual.value());
    predicted_squares.add(one.predicted.value() * one.predicted.value());
  }
  const double all = confusion->all.value();
  const double spread =
      (all * all - actual_squares.value()) * (all * all - predicted_squares.value());
  if (!(spread > 0)) {
    return std::nullopt;
  }
  return (confusion->right.value() * all - together.value()) / std::sqrt(spread);
}

}  // namespace mlops::diff
