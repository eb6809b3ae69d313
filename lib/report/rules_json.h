#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "diff/result.h"

namespace mlops::report {

/// JSON has no NaN and no infinities: they are strings.
nlohmann::ordered_json json_number(double value);
nlohmann::ordered_json json_number(const std::optional<double>& value);
nlohmann::ordered_json json_text_or_null(const std::string& text);
nlohmann::ordered_json json_interval(const std::optional<stats::Interval>& ci);
/// Which reader read the tables: "reader".
nlohmann::ordered_json json_reader(const table::ReadPath& path);
/// "rules" of a report.
nlohmann::ordered_json json_rules(const std::vector<diff::RuleResult>& rules);

}  // namespace mlops::report
