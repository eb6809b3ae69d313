#include "top/run_view.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/json.h"
#include "base/text.h"
#include "base/units.h"
#include "ui/fold.h"

namespace mlops::top {
namespace {

using pipeline::InstanceState;

ui::Style style_of(policy::Verdict verdict) {
  switch (verdict) {
    case policy::Verdict::pass:
      return ui::Style::green;
    case policy::Verdict::fail:
      return ui::Style::red;
    case policy::Verdict::warn:
    case policy::Verdict::insufficient:
    case policy::Verdict::skipped:
      return ui::Style::yellow;
  }
  return ui::Style::plain;
}

ui::Style style_of(InstanceState state) {
  switch (state) {
    case InstanceState::hit:
    case InstanceState::restored:
    case InstanceState::ran:
    case InstanceState::judged:
      return ui::Style::green;
    case InstanceState::failed:
    case InstanceState::cancelled:
      return ui::Style::red;
    case InstanceState::skipped:
    case InstanceState::not_started:
    case InstanceState::would_run:
    case InstanceState::would_restore:
    case InstanceState::would_judge:
      return ui::Style::yellow;
  }
  return ui::Style::plain;
}

nlohmann::ordered_json text_or_null(const std::string& text) {
  return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
}

nlohmann::ordered_json to_json(const pipeline::InstanceResult& result) {
  nlohmann::ordered_json record{{"version", 1},
                                {"event", "end"},
                                {"instance", result.id},
                                {"state", to_string(result.state)},
                                {"failure", to_string(result.failure)},
                                {"reason", result.reason},
                                {"grade", result.grade},
                                {"elapsed_ms", result.elapsed.count()},
                                {"peak_rss_bytes", result.peak_rss_bytes},
                                {"log", result.log_file},
                                {"undeclared_writes", result.undeclared_writes},
                                {"checks", nlohmann::ordered_json::array()},
                                {"warnings", result.warnings},
                                {"differences", nlohmann::ordered_json::array()}};
  const bool ended = result.exit_code >= 0;
  record["exit_code"] = ended ? nlohmann::ordered_json(result.exit_code) : nlohmann::ordered_json();
  for (const policy::GateVerdict& one : result.checks) {
    record["checks"].push_back({{"check", one.check},
                                {"verdict", policy::to_string(one.verdict)},
                                {"summary", one.summary}});
  }
  for (const pipeline::KeyDifference& difference : result.differences) {
    record["differences"].push_back({{"part", difference.part},
                                     {"old", text_or_null(difference.old_value)},
                                     {"new", text_or_null(difference.new_value)}});
  }
  return record;
}

/// One line where it fits, else the two values below each other, so that the eye can compare them.
std::string difference_text(const pipeline::KeyDifference& difference,
                            const std::string& indent,
                            std::size_t width) {
  const std::string part = escape_for_terminal(difference.part);
  const std::string before = escape_for_terminal(difference.old_value);
  const std::string now = escape_for_terminal(difference.new_value);
  if (before.empty() || now.empty()) {
    return fmt::format(
        "{}{}: {} {}\n", indent, part, before.empty() ? "new," : "gone, was", before + now);
  }
  const std::string line = fmt::format("{}{}: {} -> {}", indent, part, before, now);
  return width == 0 || display_width(line) <= width
             ? line + "\n"
             : fmt::format("{0}{1}:\n{0}  - {2}\n{0}  + {3}\n", indent, part, before, now);
}

std::string count_of(const pipeline::RunResult& result,
                     InstanceState state,
                     std::string_view what) {
  const auto count = std::count_if(
      result.instances.begin(),
      result.instances.end(),
      [&](const pipeline::InstanceResult& instance) { return instance.state == state; });
  return count == 0 ? "" : fmt::format(", {} {}", count, what);
}

}  // namespace

RunView::RunView(app::Context& context, std::size_t name_width)
    : context_(context), name_width_(name_width) {}

std::string RunView::name_column(const std::string& id) const {
  const std::string shown = escape_for_terminal(id);
  const std::size_t width = display_width(shown);
  return shown + std::string(name_width_ > width ? name_width_ - width : 0, ' ');
}

/// Folded before it is painted: escape sequences take no columns.
void RunView::show_state(const std::string& id,
                         const std::string& state,
                         ui::Style style,
                         const std::string& note) {
  const std::string name = name_column(id) + "  ";
  std::string text = ui::fold(name + state + note, app::fold_width(context_.terminal()));
  const std::size_t at = text.find(state, std::min(name.size(), text.size()));
  if (at == name.size()) {
    text.replace(at, state.size(), context_.terminal().paint_out(style, state));
  }
  context_.terminal().out(text + "\n");
}

void RunView::on_run(const std::string& run_id, std::size_t instances) {
  if (context_.options().json) {
    context_.print_json(
        app::dump({{"version", 1}, {"event", "run"}, {"run", run_id}, {"instances", instances}}));
  } else if (context_.options().verbose) {
    context_.terminal().err(fmt::format("run {}: {}\n", run_id, plural(instances, "instance")));
  }
}

void RunView::on_start(const pipeline::Instance& instance, const std::string& reason) {
  if (context_.options().json) {
    context_.print_json(app::dump(
        {{"version", 1}, {"event", "start"}, {"instance", instance.id}, {"reason", reason}}));
  } else if (!context_.options().quiet) {
    last_speaker_.clear();
    show_state(
        instance.id, "running", ui::Style::cyan, fmt::format(" ({})", escape_for_terminal(reason)));
  }
}

void RunView::on_output(const pipeline::Instance& instance, std::string_view line) {
  if (context_.options().json) {
    context_.print_json(app::dump({{"version", 1},
                                   {"event", "output"},
                                   {"instance", instance.id},
                                   {"line", std::string(line)}}));
  } else if (!context_.options().quiet) {
    lines_in_row_ = last_speaker_ == instance.id ? lines_in_row_ + 1 : 1;
    last_speaker_ = instance.id;
    context_.terminal().out(
        fmt::format("{}{}\n",
                    context_.terminal().paint_out(ui::Style::dim, name_column(instance.id) + " | "),
                    escape_for_terminal(line)));
  }
}

void RunView::on_end(const pipeline::InstanceResult& result) {
  if (context_.options().json) {
    context_.print_json(app::dump(to_json(result)));
    return;
  }
  ui::Terminal& terminal = context_.terminal();
  for (const std::string& warning : result.warnings) {
    context_.progress().warn(result.id + ": " + warning);
  }
  for (const std::string& path : result.undeclared_writes) {
    context_.progress().warn(
        fmt::format("{}: wrote {}, which no out declares", result.id, quote(path)));
  }
  if (!context_.options().quiet) {
    for (const policy::GateVerdict& one : result.checks) {
      show_state(result.id,
                 fmt::format("check {}: {}", one.check, policy::to_string(one.verdict)),
                 style_of(one.verdict),
                 " (" + escape_for_terminal(one.summary) + ")");
    }
    std::string note = result.state == InstanceState::ran ? format_duration(result.elapsed)
                                                          : escape_for_terminal(result.reason);
    show_state(result.id,
               std::string(to_string(result.state)),
               style_of(result.state),
               note.empty() ? "" : " (" + note + ")");
  }
  if (explain == Explain::yes) {
    const std::string indent(name_width_ + 4, ' ');
    for (const pipeline::KeyDifference& difference : result.differences) {
      terminal.out(difference_text(difference, indent, terminal.width()));
    }
  }
  if (result.state == InstanceState::failed) {
    print_failure(result);
  }
  last_speaker_.clear();
}

/// True when a person has these lines before their eyes: nothing else was printed in between.
bool RunView::just_shown(const pipeline::InstanceResult& result) const {
  return !context_.options().quiet && context_.terminal().out_is_terminal() &&
         context_.terminal().err_is_terminal() && last_speaker_ == result.id &&
         lines_in_row_ >= result.log_end.size();
}

void RunView::print_failure(const pipeline::InstanceResult& result) {
  ui::Terminal& terminal = context_.terminal();
  std::string text = fmt::format("mlops: {} stage {} failed: {}\n",
                                 terminal.paint_err(ui::Style::red, "error:"),
                                 quote(result.id),
                                 escape_for_terminal(result.reason));
  if (!result.log_end.empty() && !just_shown(result)) {
    text += "  end of its log:\n";
    for (const std::string& line : result.log_end) {
      text += "  | " + escape_for_terminal(line) + "\n";
    }
  }
  if (!result.log_file.empty()) {
    text += fmt::format("  whole log: {}\n", escape_for_terminal(result.log_file));
  }
  if (!result.hint.empty()) {
    text += fmt::format(
        "{} {}\n", terminal.paint_err(ui::Style::cyan, "hint:"), escape_for_terminal(result.hint));
  }
  text += fmt::format(
      "{} {}\n",
      terminal.paint_err(ui::Style::cyan, "hint:"),
      escape_for_terminal(whole_command.empty()
                              ? fmt::format("{} {}   (when mended; finished stages are cached)",
                                            command,
                                            shell_quote(result.id))
                              : whole_command + "   (when mended)"));
  terminal.err(text);
}

std::string summary_of(const pipeline::RunResult& result) {
  return plural(result.instances.size(), "instance") + count_of(result, InstanceState::ran, "ran") +
         count_of(result, InstanceState::hit, "cached") +
         count_of(result, InstanceState::restored, "restored from the cache") +
         count_of(result, InstanceState::would_run, "would run") +
         count_of(result, InstanceState::would_restore, "would be restored from the cache") +
         count_of(result, InstanceState::judged, "judged") +
         count_of(result, InstanceState::would_judge, "would be judged") +
         count_of(result, InstanceState::skipped, "skipped") +
         count_of(result, InstanceState::failed, "failed") +
         count_of(result, InstanceState::cancelled, "cancelled") +
         count_of(result, InstanceState::not_started, "not started");
}

app::ExitCode end_run(app::Context& context, const pipeline::RunResult& result) {
  context.progress().end();
  const app::ExitCode code = app::exit_code_of(result.worst());
  if (context.options().json) {
    context.print_json(app::dump({{"version", 1},
                                  {"event", "done"},
                                  {"run", result.run_id},
                                  {"exit_code", static_cast<int>(code)}}));
  }
  return code;
}

}  // namespace mlops::top
