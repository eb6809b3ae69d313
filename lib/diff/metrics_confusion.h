#pragma once

#include <optional>

#include "diff/samples.h"

namespace mlops::diff {

/// Metrics of the weighted confusion matrix by scikit-learn's names and formulas. With a positive
/// class precision, recall and f1 are of that class (average="binary"), else the mean over the
/// classes seen in labels or predictions (average="macro"). scikit-learn makes 0 of a 0/0; here it
/// is nothing: a class never predicted has no precision, one without rows no recall. A prediction
/// that is null is wrong and of no class.

std::optional<double> precision(const Samples&, const Version&, const Selection&);
std::optional<double> recall(const Samples&, const Version&, const Selection&);
/// 2·tp / (2·tp + fp + fn).
std::optional<double> f1(const Samples&, const Version&, const Selection&);
/// The same over all classes, whether one of them is declared positive or not: scikit-learn's
/// average="macro" (mean over the classes seen), "micro" (of the sums over them) and "weighted"
/// (mean by the rows of each class; a class without rows counts nothing).
enum class Average { macro, micro, weighted };
template <Average average>
std::optional<double> precision_over(const Samples&, const Version&, const Selection&);
template <Average average>
std::optional<double> recall_over(const Samples&, const Version&, const Selection&);
template <Average average>
std::optional<double> f1_over(const Samples&, const Version&, const Selection&);
/// The mean recall of the classes that have rows.
std::optional<double> balanced_accuracy(const Samples&, const Version&, const Selection&);
/// Gorodkin's R_K for several classes; nothing where labels or predictions are all of one class.
std::optional<double> matthews_corrcoef(const Samples&, const Version&, const Selection&);

}  // namespace mlops::diff
