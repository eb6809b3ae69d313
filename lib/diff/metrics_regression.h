#pragma once

#include <optional>

#include "diff/result.h"
#include "diff/samples.h"
#include "policy/safeguards.h"

namespace mlops::diff {

/// Metrics of numbers by scikit-learn's names and formulas (definition B7), weighted. Nothing where
/// undefined: no rows, a prediction that is not finite, labels without variance for r2.

std::optional<double> mean_absolute_error(const Samples&, const Version&, const Selection&);
/// A share, not per cent. Rows whose label is 0 are left out: they have no percentage.
std::optional<double> mean_absolute_percentage_error(const Samples&,
                                                     const Version&,
                                                     const Selection&);
std::optional<double> root_mean_squared_error(const Samples&, const Version&, const Selection&);
/// The bias: the mean of prediction - label.
std::optional<double> mean_error(const Samples&, const Version&, const Selection&);
/// The share of rows whose prediction went from below 0 to above, or back.
std::optional<double> sign_flip_rate(const Samples&, const Selection&);
std::optional<double> r2(const Samples&, const Version&, const Selection&);
/// Over rows of positive weight.
std::optional<double> max_error(const Samples&, const Version&, const Selection&);

/// Rows: changed beyond the tolerance, |error| grown or fallen beyond it.
Counts count_numbers(const Samples& samples,
                     const Selection& selection,
                     const policy::Tolerance& tolerance);

}  // namespace mlops::diff
