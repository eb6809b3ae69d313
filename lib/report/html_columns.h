#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "check/result.h"

namespace mlops::report {

/// The columns of a checked table as pictures, baseline and table side by side. A picture takes
/// about a kilobyte, whatever the number of rows.

/// Columns of broken rules first, then by how far they are from the baseline, then as in the table.
std::vector<const check::ColumnPicture*> worst_first(const check::CheckReport& check);
std::string column_figure(const check::CheckReport& check, const check::ColumnPicture& picture);
/// What they need beside page_style().
std::string_view columns_style();

}  // namespace mlops::report
