#pragma once

#include <optional>
#include <string>

#include "diff/result.h"
#include "stats/interval.h"

namespace mlops::report {

/// Numbers for people; scripts read the JSON. Undefined is an empty text.

/// Four decimals for what is below 100, fewer above, so that columns keep their width: "0.8732",
/// "48.1442", "1234.5", "3.2e+09"; whole numbers as they are: "3".
std::string number_text(double value);
std::string number_text(const std::optional<double>& value);
/// The same with a sign: "+0.0387".
std::string change_text(const std::optional<double>& value);
/// "+0.0059..+0.0710".
std::string interval_text(const std::optional<stats::Interval>& interval);
/// "0.0075..0.0406": of a value that is no change.
std::string range_text(const std::optional<stats::Interval>& interval);
/// Three significant decimals of a probability: "0.908".
std::string score_text(const std::optional<double>& value);
/// A cell of a table without zeros that say nothing: "126" for "126.000000".
std::string plain_cell(const std::string& cell);
/// What both versions have in a column: once where it is the same, else both with `arrow` between.
std::string extra_text(const diff::ExtraCell& cell, std::string_view arrow);
/// "=0.0266"; "<0.0001" for what four decimals cannot tell from 0.
std::string p_value_text(double p);
/// The same alone in a cell: "0.0266", "<0.0001".
std::string p_value_cell(double p);
/// "95%" of alpha 0.05.
std::string confidence_text(double alpha);
/// "ece10" for "ece": the name with its number of bins, as tables show it.
std::string metric_title(const std::string& metric);

}  // namespace mlops::report
