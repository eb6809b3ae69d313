#pragma once

#include <string>

#include "diff/result.h"

namespace mlops::report {

/// One prediction set as a section of the page.
std::string set_section(const diff::PredictionReport& set);

}  // namespace mlops::report
