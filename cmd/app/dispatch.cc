#include "app/dispatch.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/exit_code.h"
#include "app/help.h"
#include "app/json.h"
#include "app/parse.h"
#include "base/error.h"
#include "base/text.h"
#include "os/fault.h"
#include "os/signals.h"
#include "top/welcome.h"
#include "ui/fold.h"

namespace mlops::app {
namespace {

GlobalOptions global_options(const Arguments& arguments, const ProcessEnvironment& environment) {
  GlobalOptions options;
  options.directory = environment.directory;
  if (const auto directory = arguments.find("C")) {
    options.directory = (environment.directory / *directory).lexically_normal();
  }
  const std::string color = arguments.find("color").value_or("auto");
  options.color = color == "always"  ? ui::ColorMode::always
                  : color == "never" ? ui::ColorMode::never
                                     : ui::ColorMode::automatic;
  options.quiet = arguments.has("quiet");
  options.verbose = arguments.has("verbose");
  options.json = arguments.has("json");
  options.no_pager = arguments.has("no-pager");
  options.jobs = arguments.find_count("jobs").value_or(0);
  if (arguments.has("jobs") && options.jobs == 0) {
    throw Error(
        ErrorKind::usage, "--jobs wants at least 1, not 0", "leave -j out to use all processors");
  }
  return options;
}

/// Before the line is parsed, or when it cannot be: does it ask for records?
bool asks_for_json(const std::vector<std::string>& words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  return std::find(words.begin(), end, "--json") != end;
}

void check_directory(const Arguments& arguments, const GlobalOptions& options) {
  std::error_code unknown;  // what cannot be looked at is no directory to work in
  const auto named = arguments.find("C");
  if (named && !std::filesystem::is_directory(options.directory, unknown)) {
    throw Error(ErrorKind::not_found,
                fmt::format("{} is not a directory", quote(*named)),
                "-C takes the directory to work in");
  }
}

/// Where the error itself says no next step, its kind knows one.
Error with_hint(const Error& error, const std::string& topic) {
  std::string hint;
  if (error.kind() == ErrorKind::usage) {
    hint = "mlops" + (topic.empty() ? "" : " " + topic) + " -h";
  } else if (error.kind() == ErrorKind::corrupt) {
    hint = "mlops data fsck";
  }
  if (hint.empty() || !error.hint().empty()) {
    return error;
  }
  Error with(error.kind(), error.message(), std::move(hint));
  for (const std::string& line : error.context()) {
    with.add_context(line);
  }
  return with;
}

/// After folding: escape sequences take no columns.
void paint_word(std::string& text,
                std::string_view word,
                ui::Style style,
                const ui::Terminal& terminal) {
  text.replace(text.find(word), word.size(), terminal.paint_err(style, word));
}

void print_error(ui::Terminal& terminal, const Error& error, ExitCode code, bool as_json) {
  if (as_json) {
    const nlohmann::ordered_json record{
        {"version", 1},
        {"error",
         {{"kind", to_string(error.kind())},
          {"code", static_cast<int>(code)},
          {"message", escape_for_terminal(error.message())},
          {"context", error.context()},
          {"hint",
           error.hint().empty() ? nlohmann::ordered_json()
                                : nlohmann::ordered_json(error.hint())}}}};
    terminal.err(dump(record) + "\n");
    return;
  }
  const std::size_t width = terminal.err_is_terminal() ? terminal.err_width() : 0;
  std::string text =
      ui::fold("mlops: error: " + escape_for_terminal(error.message()), width) + "\n";
  paint_word(text, "error:", ui::Style::red, terminal);
  for (const std::string& line : error.context()) {
    text += ui::fold("  " + escape_for_terminal(line), width) + "\n";
  }
  if (!error.hint().empty()) {
    std::string hint = ui::fold_advice("hint: " + escape_for_terminal(error.hint()), width);
    paint_word(hint, "hint:", ui::Style::cyan, terminal);
    text += hint + "\n";
  }
  if (error.kind() == ErrorKind::internal) {
    text += "this is a defect of mlops; please report it with the command and 'mlops version'\n";
  }
  terminal.err(text);
}

ExitCode run_verb(Context& context, const ParsedLine& line) {
  if (line.version) {
    return find_command("version")->run(context, line.arguments);
  }
  if (line.help == ParsedLine::Help::manual) {
    return show_manual(context, line.topic);
  }
  if (line.help == ParsedLine::Help::screen) {
    const bool bare = line.topic.empty() && !line.arguments.has("h");
    ui::show_text(context.terminal(),
                  bare ? ui::fold_advice(top::welcome(context), fold_width(context.terminal()))
                       : help_screen(line.topic, fold_width(context.terminal())),
                  context.pager());
    return ExitCode::done;
  }
  return line.command->run(context, line.arguments);
}

ExitCode run_guarded(Context& context, const ParsedLine& line) {
  const os::SignalScope signals(context.cancel());
  Error failure(ErrorKind::internal, "");
  try {
    const ExitCode code = run_verb(context, line);
    if (context.terminal().out_failed()) {
      throw Error(ErrorKind::io, "cannot write to standard output");
    }
    return context.cancel().is_cancelled() ? exit_code_of_signal(context.cancel().signal_number())
                                           : code;
  } catch (const Error& error) {
    failure = error;
  } catch (const std::bad_alloc&) {
    failure = Error(ErrorKind::io, "out of memory");
  } catch (const std::exception& error) {
    failure = Error(ErrorKind::internal, fmt::format("unexpected: {}", error.what()));
  }
  const ExitCode code = failure.kind() == ErrorKind::interrupted
                            ? exit_code_of_signal(context.cancel().signal_number())
                            : exit_code_of(failure.kind());
  context.progress().end();
  print_error(context.terminal(), with_hint(failure, line.topic), code, context.options().json);
  return code;
}

}  // namespace

int run(ProcessEnvironment environment, const std::vector<std::string>& words) {
  ParsedLine line;
  GlobalOptions options;
  try {
    if (const std::string plan = environment.get("MLOPS_FAULT"); !plan.empty()) {
      os::fault::arm(plan);
    }
    line = parse_command_line(words);
    options = global_options(line.arguments, environment);
    check_directory(line.arguments, options);
  } catch (const Error& error) {
    options.directory = environment.directory;
    Context context(std::move(environment), options);
    const ExitCode code = exit_code_of(error.kind());
    print_error(context.terminal(), error, code, asks_for_json(words));
    return static_cast<int>(code);
  }
  Context context(std::move(environment), std::move(options));
  return static_cast<int>(run_guarded(context, line));
}

}  // namespace mlops::app
