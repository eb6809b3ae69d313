#include "diff/metrics_confusion.h"

#include <cmath>
#include <vector>

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
  for (const std::uint32_t row : selection.rows) {
    const double weight = selection.weight(row);
    const std::uint32_t label = samples.label[row];
    const std::uint32_t prediction = version.prediction[row];
    confusion.all.add(weight);
    of(label).actual.add(weight);
    of(prediction).predicted.add(weight);
    if (label == prediction) {
      of(label).right.add(weight);
      confusion.right.add(weight);
    }
  }
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

/// Of the positive class, or the mean over classes; nothing where it is undefined for one of them.
template <typename Figure>
std::optional<double> averaged(const Samples& samples,
                               const Version& version,
                               const Selection& selection,
                               Figure figure) {
  const auto confusion = confusion_of(samples, version, selection);
  if (!confusion) {
    return std::nullopt;
  }
  if (samples.positive) {
    return figure(confusion->classes[*samples.positive]);
  }
  stats::Sum total;
  std::size_t seen = 0;
  for (std::size_t i = 0; i < samples.classes.size(); ++i) {
    const ClassWeights& one = confusion->classes[i];
    if (!(one.actual.value() + one.predicted.value() > 0)) {
      continue;
    }
    const auto value = figure(one);
    if (!value) {
      return std::nullopt;
    }
    total.add(*value);
    ++seen;
  }
  return quotient(total.value(), static_cast<double>(seen));
}

}  // namespace

std::optional<double> precision(const Samples& samples,
                                const Version& version,
                                const Selection& selection) {
  return averaged(samples, version, selection, precision_of);
}

std::optional<double> recall(const Samples& samples,
                             const Version& version,
                             const Selection& selection) {
  return averaged(samples, version, selection, recall_of);
}

std::optional<double> f1(const Samples& samples,
                         const Version& version,
                         const Selection& selection) {
  return averaged(samples, version, selection, f1_of);
}

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
