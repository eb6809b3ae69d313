#pragma once

#include <vector>

#include "pipeline/plan.h"

namespace mlops::pipeline {

/// A dry run that tells of each instance what it can: what keeps one from running stands among the
/// refusals of the result, and the others are planned all the same. Changes nothing.
RunResult look_at_all(const RunContext& context,
                      const std::vector<std::size_t>& selected,
                      RunObserver& observer);

}  // namespace mlops::pipeline
