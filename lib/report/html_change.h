#pragma once

#include <string>

#include "pipeline/version_change.h"

namespace mlops::report {

/// What two versions differ in beside predictions, as a section of the page; empty where no part
/// was compared.
std::string change_section(const pipeline::VersionChange& change);

}  // namespace mlops::report
