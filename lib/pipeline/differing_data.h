#pragma once

#include <cstddef>
#include <vector>

#include "pipeline/plan.h"

namespace mlops::pipeline {

/// One warning that names the data sets that the selected instances read and that are not what
/// their pointers name: the results will be those of other data than git's revision has.
void warn_of_differing_data(const RunContext& context, const std::vector<std::size_t>& selected);

}  // namespace mlops::pipeline
