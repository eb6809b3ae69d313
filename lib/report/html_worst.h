#pragma once

#include <string>

#include "diff/result.h"

namespace mlops::report {

/// The worst rows of a prediction set as a sortable table; empty when there are none.
std::string worst_section(const diff::PredictionReport& set);

}  // namespace mlops::report
