#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/expression.h"

namespace mlops::policy {

/// The expressions of rule `expr`: one scalar expression of DuckDB over the columns of a row. What
/// passes has balanced brackets, no comment and no statement, no subquery, aggregate or window, and
/// calls only functions that are named here, none of which reads files, settings, clocks or dice.
/// mlops-safeguards(5) lists them.

/// Nothing when `text` is such an expression.
std::optional<ExpressionProblem> check_row_expression(std::string_view text);

/// The names in it that may be columns: words that are no calls, and quoted names. Precondition:
/// it is such an expression.
std::vector<std::string> names_in_row_expression(std::string_view text);

}  // namespace mlops::policy
