#pragma once

#include <optional>

#include "diff/samples.h"

namespace mlops::diff {

/// How well a new version of a classifier keeps what its users rely on (definition B5), weighted,
/// over rows with a label: a share of rows is right in both versions (a), in the old one alone (b),
/// in the new one alone (c) or in none (d). Nothing where a quotient has no denominator.

/// What stays right of what was right: a / (a + b).
std::optional<double> backward_trust_compatibility(const Samples&, const Selection&);
/// What was wrong already of what was wrong: d / (c + d).
std::optional<double> backward_error_compatibility(const Samples&, const Selection&);
/// Negative flips against those of two versions that err independently: b / ((a + b) (b + d)).
std::optional<double> relative_negative_flip_rate(const Samples&, const Selection&);
/// Changed answers beyond those that the difference of accuracies takes: churn - |b - c|.
std::optional<double> unnecessary_churn(const Samples&, const Selection&);
/// c / b.
std::optional<double> win_loss_ratio(const Samples&, const Selection&);

}  // namespace mlops::diff
