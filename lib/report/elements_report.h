#pragma once

#include <string>

#include "diff/elements.h"
#include "report/diff_report.h"

namespace mlops::report {

/// Two tables compared cell by cell: verdict line, a row a column, the worst cells. Escaped for
/// terminals, ends in '\n'.
std::string elements_as_text(const diff::ElementReport& report, const TextStyle& style);
/// Stable JSON (schema_version 1, mlops-diff.5): NaN and infinities as strings; byte-identical on a
/// rerun.
std::string elements_as_json(const diff::ElementReport& report,
                             const std::string& policy_file,
                             const std::string& policy_sha256);

}  // namespace mlops::report
