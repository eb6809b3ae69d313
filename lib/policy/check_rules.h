#pragma once

#include <vector>

#include "config/toml.h"
#include "policy/check_policy.h"

namespace mlops::policy {

/// Validates every key of every [check.NAME], in file order; Error{config}.
std::vector<Check> read_checks(const config::Table& document);

/// One [[check.NAME.column]].
ColumnRule read_column(const config::Table& table);

}  // namespace mlops::policy
