#pragma once

#include <string>
#include <vector>

#include "config/toml.h"

namespace mlops::policy {

/// Validates every key of every [check.NAME] and returns their names in file order; Error{config}.
std::vector<std::string> read_checks(const config::Table& document);

}  // namespace mlops::policy
