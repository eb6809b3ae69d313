#pragma once

#include <vector>

#include "app/context.h"
#include "diff/compare.h"
#include "diff/result.h"
#include "pipeline/version_change.h"
#include "top/report_output.h"

namespace mlops::top {

/// All that `mlops diff` found.
struct Page {
  diff::Report report;
  pipeline::VersionChange change;
};

/// The page as one of its formats; the style is for a table.
std::string text_of(const Page& page, const Output& output, const report::TextStyle& style);
/// All formats that were asked for.
void write_page(app::Context& context, const std::vector<Output>& outputs, const Page& page);

/// Whether a format has more than what rules judged.
bool shows_change(const Output& output);
/// Whether one of the formats names the bytes that were compared.
diff::Digests digests_for(const std::vector<Output>& outputs);
/// Whether one of the formats is a list of all changed rows.
bool lists_changed(const std::vector<Output>& outputs);
/// Says where such a list was cut.
void tell_cut_rows(app::Context& context,
                   const std::vector<Output>& outputs,
                   const diff::Report& report);

}  // namespace mlops::top
