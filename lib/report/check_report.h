#pragma once

#include <string>

#include "check/result.h"
#include "report/diff_report.h"

namespace mlops::report {

/// The answer of `mlops check` in every format. Values that break a rule are masked unless shown:
/// letters and digits become x and #, so that their form stays. Row numbers always stand there.

/// A verdict line for each check, then its rules; failures with their first rows. Escaped for
/// terminals, ends in '\n'.
std::string check_as_text(const check::Report& report, const TextStyle& style, Values values);
/// Stable JSON (version 1); byte-identical on a rerun but for the rule `freshness`.
std::string check_as_json(const check::Report& report, Values values);
std::string check_as_junit(const check::Report& report, Values values);
std::string check_as_markdown(const check::Report& report, Values values);
std::string check_as_github(const check::Report& report, Values values);
std::string check_as_gitlab(const check::Report& report, Values values);
/// One page that loads nothing, at most 2 MB whatever the table: what does not pass, and a picture
/// of each column where they were taken, the worst first.
std::string check_as_html(const check::Report& report, Values values);
std::string check_as_openmetrics(const check::Report& report);

}  // namespace mlops::report
