#include "top/diff_output.h"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "ui/pager.h"

namespace mlops::top {
namespace {

/// Writes a page that does not depend on the terminal; nothing for the table, which does.
using Writer = std::string (*)(const DiffPage&, report::Values);
std::optional<Writer> find_writer(const std::string& kind) {
  using Values = report::Values;
  static const std::map<std::string, Writer> kWriters{
      {"json",
       [](const DiffPage& page, Values) { return report::diff_as_json(page.report, page.change); }},
      {"html",
       [](const DiffPage& page, Values) { return report::diff_as_html(page.report, page.change); }},
      {"md",
       [](const DiffPage& page, Values values) {
         return report::diff_as_markdown(page.report, values, page.change);
       }},
      {"junit",
       [](const DiffPage& page, Values values) {
         return report::diff_as_junit(page.report, values);
       }},
      {"github",
       [](const DiffPage& page, Values values) {
         return report::diff_as_github(page.report, values);
       }},
      {"gitlab",
       [](const DiffPage& page, Values values) {
         return report::diff_as_gitlab(page.report, values);
       }},
      {"openmetrics",
       [](const DiffPage& page, Values) { return report::diff_as_openmetrics(page.report); }}};
  const auto found = kWriters.find(kind);
  return found == kWriters.end() ? std::nullopt : std::optional(found->second);
}

std::string text_of(const DiffPage& page, const Output& output, const ui::Terminal& terminal) {
  if (const auto write = find_writer(output.kind)) {
    return (*write)(page, output.values);
  }
  report::TextStyle style;
  if (output.to_stdout()) {
    style.width = terminal.width();
    style.color =
        terminal.out_has_color() ? report::TextStyle::Color::yes : report::TextStyle::Color::no;
  }
  return report::diff_as_text(page.report, style, page.change);
}

}  // namespace

std::vector<Output> read_outputs(app::Context& context, const app::Arguments& arguments) {
  std::vector<Output> outputs;
  const auto values = arguments.has("show-values") ? report::Values::shown : report::Values::hidden;
  for (const std::string& value : arguments.list("format")) {
    const std::size_t equals = value.find('=');
    Output output{value.substr(0, equals), "", values};
    if (equals != std::string::npos) {
      output.file = value.substr(equals + 1);
      if (output.file.empty()) {
        throw Error(ErrorKind::usage,
                    fmt::format("--format {} names no file", quote(value)),
                    "such as --format html=report.html");
      }
    }
    outputs.push_back(std::move(output));
  }
  const auto wants_stdout = [](const Output& output) { return output.to_stdout(); };
  if (std::none_of(outputs.begin(), outputs.end(), wants_stdout)) {
    outputs.push_back({context.options().json ? "json" : "table", "", values});
  } else if (context.options().json) {
    throw Error(ErrorKind::usage,
                "--json and a --format without a file both want stdout",
                "give the other one a file: --format html=report.html");
  }
  if (std::count_if(outputs.begin(), outputs.end(), wants_stdout) > 1) {
    throw Error(
        ErrorKind::usage, "two formats want stdout", "give one a file: --format html=report.html");
  }
  return outputs;
}

bool shows_change(const Output& output) {
  return output.kind == "table" || output.kind == "json" || output.kind == "html" ||
         output.kind == "md";
}

void tell(app::Context& context, const std::vector<Output>& outputs, const std::string& line) {
  const bool for_people = std::none_of(outputs.begin(), outputs.end(), [](const Output& output) {
    return output.to_stdout() && output.kind != "table";
  });
  if (for_people) {
    context.say(line);
  } else if (!context.options().json && !context.options().quiet) {
    context.terminal().err(line + "\n");
  }
}

void write_outputs(app::Context& context,
                   const DiffPage& page,
                   const std::vector<Output>& outputs) {
  ui::Terminal& terminal = context.terminal();
  for (const Output& output : outputs) {
    if (!output.to_stdout()) {
      os::write_file_atomic(context.options().directory / output.file,
                            text_of(page, output, terminal),
                            os::Durability::relaxed);
    }
  }
  for (const Output& output : outputs) {
    if (!output.to_stdout()) {
      tell(context,
           outputs,
           fmt::format("{} report: {}", output.kind, escape_for_terminal(output.file)));
    } else if (output.kind == "table") {
      if (context.options().quiet) {
        continue;  // the exit code says the verdict; records that a flag asks for are not for
                   // people
      }
      ui::show_text(terminal, text_of(page, output, terminal), context.pager());
    } else {
      terminal.out(text_of(page, output, terminal));
    }
  }
}

}  // namespace mlops::top
