#pragma once

#include <string>

#include "diff/result.h"
#include "diff/samples.h"
#include "policy/safeguards.h"

namespace mlops::diff {

/// What a report says of samples depends on their task.

Counts counts_of(const Samples& samples,
                 const Selection& selection,
                 const policy::Tolerance& tolerance);
/// How far groups lie apart in what a task is judged by; empty where that takes a label.
std::string main_gap(const Samples& samples);
/// What makes a row bad, as lists of the worst rows head it.
std::string worst_heading(const Samples& samples);

}  // namespace mlops::diff
