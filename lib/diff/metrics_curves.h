#pragma once

#include <optional>

#include "diff/samples.h"

namespace mlops::diff {

/// Metrics of the order that probabilities put rows in, by scikit-learn's names and formulas,
/// weighted. Binary: of the positive class. Several classes: each against the rest, the mean over
/// the probability columns (multi_class="ovr", average="macro"). Nothing where undefined: a class
/// that no row or every row has, a probability outside [0, 1] or missing, a label without a column.

/// The area under the receiver operating characteristic: the chance that a row of the class stands
/// above one of the rest, ties counted half.
std::optional<double> roc_auc(const Samples&, const Version&, const Selection&);
/// The sum over thresholds of precision × growth of recall, without interpolation.
std::optional<double> average_precision(const Samples&, const Version&, const Selection&);

}  // namespace mlops::diff
