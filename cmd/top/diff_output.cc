#include "top/diff_output.h"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/units.h"

namespace mlops::top {
namespace {

/// Writes a page that does not depend on the terminal; nothing for the table, which does.
using Writer = std::string (*)(const Page&, report::Values);
std::optional<Writer> find_writer(const std::string& kind) {
  using Values = report::Values;
  static const std::map<std::string, Writer> kWriters{
      {"json",
       [](const Page& page, Values) { return report::diff_as_json(page.report, page.change); }},
      {"html",
       [](const Page& page, Values) { return report::diff_as_html(page.report, page.change); }},
      {"md",
       [](const Page& page, Values values) {
         return report::diff_as_markdown(page.report, values, page.change);
       }},
      {"junit",
       [](const Page& page, Values values) { return report::diff_as_junit(page.report, values); }},
      {"github",
       [](const Page& page, Values values) { return report::diff_as_github(page.report, values); }},
      {"gitlab",
       [](const Page& page, Values values) { return report::diff_as_gitlab(page.report, values); }},
      {"csv",
       [](const Page& page, Values values) { return report::diff_as_csv(page.report, values); }},
      {"openmetrics",
       [](const Page& page, Values) { return report::diff_as_openmetrics(page.report); }}};
  const auto found = kWriters.find(kind);
  return found == kWriters.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

std::string text_of(const Page& page, const Output& output, const report::TextStyle& style) {
  const auto write = find_writer(output.kind);
  return write ? (*write)(page, output.values)
               : report::diff_as_text(page.report, style, page.change);
}

void write_page(app::Context& context, const std::vector<Output>& outputs, const Page& page) {
  write_outputs(context, outputs, [&](const Output& output, const report::TextStyle& style) {
    return text_of(page, output, style);
  });
}

bool shows_change(const Output& output) {
  return output.kind == "table" || output.kind == "json" || output.kind == "html" ||
         output.kind == "md";
}

bool lists_changed(const std::vector<Output>& outputs) {
  return std::any_of(
      outputs.begin(), outputs.end(), [](const Output& output) { return output.kind == "csv"; });
}

diff::Digests digests_for(const std::vector<Output>& outputs) {
  const bool are_named = std::any_of(outputs.begin(), outputs.end(), [](const Output& output) {
    return output.kind == "json" || output.kind == "html";
  });
  return are_named ? diff::Digests::yes : diff::Digests::no;
}

void tell_cut_rows(app::Context& context,
                   const std::vector<Output>& outputs,
                   const diff::Report& report) {
  for (const diff::PredictionReport& set : report.predictions) {
    if (lists_changed(outputs) && set.changed_rows_left_out > 0) {
      tell(context,
           outputs,
           fmt::format("csv: the first {} of {} changed rows of {}; --all lists all",
                       format_count(set.changed_rows.size()),
                       format_count(set.changed_rows.size() + set.changed_rows_left_out),
                       set.set.name));
    }
  }
}

}  // namespace mlops::top
