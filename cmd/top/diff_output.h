#pragma once

#include <string>
#include <vector>

#include "app/command.h"
#include "app/context.h"
#include "pipeline/version_change.h"
#include "report/diff_report.h"

namespace mlops::top {

/// A kind of report and where it goes; no file: stdout.
struct Output {
  std::string kind;
  std::string file;
  report::Values values = report::Values::hidden;
  bool to_stdout() const { return file.empty() || file == "-"; }
};
/// From --format KIND[=FILE], --show-values and --json. Error{usage} when two want stdout.
std::vector<Output> read_outputs(app::Context& context, const app::Arguments& arguments);

/// Whether it has more than what rules judged.
bool shows_change(const Output& output);

/// All that `mlops diff` found.
struct DiffPage {
  diff::Report report;
  pipeline::VersionChange change;
};

/// A line beside the report: on stdout where people read that, on stderr where a program may, not
/// at all with --json.
void tell(app::Context& context, const std::vector<Output>& outputs, const std::string& line);

/// Files first: a reader may sit in the pager for long.
void write_outputs(app::Context& context, const DiffPage& page, const std::vector<Output>& outputs);

}  // namespace mlops::top
