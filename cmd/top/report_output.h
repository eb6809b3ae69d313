#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/context.h"
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

/// A line beside the report: on stdout where people read that, on stderr where a program may, not
/// at all with --json.
void tell(app::Context& context, const std::vector<Output>& outputs, const std::string& line);

/// `text_of` makes each of them; the style is for a table on the terminal. Files first: a reader
/// may sit in the pager for long.
void write_outputs(
    app::Context& context,
    const std::vector<Output>& outputs,
    const std::function<std::string(const Output&, const report::TextStyle&)>& text_of);

}  // namespace mlops::top
