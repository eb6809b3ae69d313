#pragma once

#include <optional>

#include "diff/result.h"
#include "diff/samples.h"

namespace mlops::diff {

/// Metrics of classes by scikit-learn's names and formulas (definitions B5, B6), weighted. Nothing
/// where undefined: no rows, no positives for a true positive rate, a probability that is none.

std::optional<double> accuracy(const Samples&, const Version&, const Selection&);
/// Expected calibration error, 10 equal-width bins.
std::optional<double> ece(const Samples&, const Version&, const Selection&);
/// Binary: mean (p - y)^2 of the positive class. Several classes: the sum over them, not divided.
std::optional<double> brier_score(const Samples&, const Version&, const Selection&);
/// Mean -ln p(label), p clipped at 1e-15.
std::optional<double> log_loss(const Samples&, const Version&, const Selection&);
/// Share of rows predicted positive.
std::optional<double> selection_rate(const Samples&, const Version&, const Selection&);
std::optional<double> true_positive_rate(const Samples&, const Version&, const Selection&);
std::optional<double> false_positive_rate(const Samples&, const Version&, const Selection&);

/// How unevenly rows benefit from the predictions (Speicher et al. 2018, AIF360's names): a row's
/// benefit is 1, 2 where it is wrongly predicted positive, 0 where it is wrongly not. Generalized
/// entropy with alpha = 2, and Theil's index. Nothing where no row has a benefit.
std::optional<double> generalized_entropy_error(const Samples&, const Version&, const Selection&);
std::optional<double> theil_index(const Samples&, const Version&, const Selection&);

/// Metrics of the pair: right → wrong, wrong → right, any change, over all rows.
std::optional<double> negative_flip_rate(const Samples&, const Selection&);
std::optional<double> positive_flip_rate(const Samples&, const Selection&);
std::optional<double> churn(const Samples&, const Selection&);

/// Rows, not weights.
Counts count_flips(const Samples& samples, const Selection& selection);
/// Of all rows, with a label or without; of samples that hold totals.
Counts count_flips(const Samples& samples);

}  // namespace mlops::diff
