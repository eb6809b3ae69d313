#pragma once

#include <string>

#include "diff/result.h"

namespace mlops::report {

/// One prediction set as a section of the page.
std::string set_section(const diff::PredictionReport& set);
/// The rules that no set was judged by; empty when there are none.
std::string unjudged_section(const diff::Report& report);

}  // namespace mlops::report
