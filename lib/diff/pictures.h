#pragma once

#include <optional>
#include <vector>

#include "diff/result.h"
#include "diff/samples.h"

namespace mlops::diff {

/// Counts for the pictures of a report; their size does not depend on the number of rows.

/// How often each old label became each new one, all matched rows, in the order of labels; the
/// pairs beyond the 400 most frequent are left out.
std::vector<Transition> transitions_of(const Samples& samples);
/// Differences new - old of the score (binary: the positive probability; numbers: the prediction);
/// of texts, vectors and lists how alike both answers are.
std::vector<Histogram> histograms_of(const Samples& samples);
/// Old against new score on a grid; nothing without scores.
std::optional<Density> density_of(const Samples& samples);
/// "p(1)", "prediction", or empty.
std::string score_name_of(const Samples& samples);

}  // namespace mlops::diff
