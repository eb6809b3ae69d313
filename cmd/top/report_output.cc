#include "top/report_output.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "ui/pager.h"

namespace mlops::top {

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
                    "such as --format junit=report.xml");
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
                "give the other one a file: --format junit=report.xml");
  }
  if (std::count_if(outputs.begin(), outputs.end(), wants_stdout) > 1) {
    throw Error(
        ErrorKind::usage, "two formats want stdout", "give one a file: --format junit=report.xml");
  }
  return outputs;
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

void write_outputs(
    app::Context& context,
    const std::vector<Output>& outputs,
    const std::function<std::string(const Output&, const report::TextStyle&)>& text_of) {
  ui::Terminal& terminal = context.terminal();
  report::TextStyle style;
  style.width = terminal.width();
  style.color =
      terminal.out_has_color() ? report::TextStyle::Color::yes : report::TextStyle::Color::no;
  for (const Output& output : outputs) {
    if (!output.to_stdout()) {
      os::write_file_atomic(
          context.options().directory / output.file, text_of(output, {}), os::Durability::relaxed);
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
      ui::show_text(terminal, text_of(output, style), context.pager());
    } else {
      terminal.out(text_of(output, style));
    }
  }
}

}  // namespace mlops::top
