#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/text.h"
#include "base/units.h"
#include "os/clock.h"
#include "os/file.h"
#include "report/run_report.h"
#include "report/run_words.h"
#include "runs/open.h"
#include "runs/verbs.h"
#include "ui/pager.h"
#include "ui/table.h"

namespace mlops::runs {
namespace {

using pipeline::RecordedInstance;
using pipeline::RecordedRun;
using pipeline::RunState;

constexpr std::size_t kShortKey = 12;

std::string head(const RecordedRun& run, RunState state, std::int64_t now) {
  std::string text = fmt::format("run {}: {}\n", run.id, report::outcome_of(run, state));
  const auto add = [&](std::string_view what, const std::string& value) {
    text += fmt::format("  {:<10} {}\n", what, escape_for_terminal(value));
  };
  add("pipeline", run.pipeline);
  add("work tree", run.work_tree);
  add("begun",
      fmt::format("{}, took {}", run.begun, format_duration(report::duration_of(run, state, now))));
  if (run.commit) {
    add("revision", *run.commit + (run.is_dirty ? " with uncommitted changes" : ""));
  }
  if (!run.params_files.empty()) {
    add("params", join(run.params_files, " "));
  }
  if (!run.assignments.empty()) {
    add("set", join(run.assignments, " "));
  }
  add("instances", report::tally_of(run));
  return text + "\n";
}

std::vector<std::string> cells_of(const RecordedInstance& instance, RunState state) {
  const bool did_run = instance.attempts > 0;
  const std::chrono::milliseconds elapsed(static_cast<std::int64_t>(instance.elapsed_ms));
  return {instance.id,
          report::state_of(instance, state),
          did_run ? format_duration(elapsed) : "",
          did_run ? format_bytes(instance.peak_rss_bytes) : "",
          report::end_of(instance),
          instance.grade,
          instance.key.substr(0, kShortKey),
          instance.reason};
}

ui::Style style_of(const RecordedInstance& instance) {
  return instance.state == "failed" || instance.state == "cancelled" ? ui::Style::red
         : instance.state == "ran"                                   ? ui::Style::green
                                                                     : ui::Style::plain;
}

std::string as_text(app::Context& context,
                    const RecordedRun& run,
                    RunState state,
                    std::int64_t now) {
  constexpr auto kRight = ui::TextTable::Align::right;
  ui::TextTable table({{"instance"},
                       {"state"},
                       {"time", kRight},
                       {"memory", kRight},
                       {"end"},
                       {"grade"},
                       {"key"},
                       {"why", ui::TextTable::Align::left, ui::TextTable::Yields::by_folding}});
  std::string checks;
  std::string warnings;
  for (const RecordedInstance& instance : run.instances) {
    table.add(cells_of(instance, state), style_of(instance));
    for (const pipeline::RecordedCheck& one : instance.checks) {
      checks += escape_for_terminal(fmt::format(
                    "{}: check {}: {} ({})", instance.id, one.check, one.verdict, one.summary)) +
                "\n";
    }
    for (const std::string& warning : instance.warnings) {
      warnings +=
          fmt::format("{}: {}\n", escape_for_terminal(instance.id), escape_for_terminal(warning));
    }
  }
  std::string text = head(run, state, now) + table.render(context.terminal());
  for (const std::string& more : {checks, warnings}) {
    text += more.empty() ? "" : "\n" + more;
  }
  return text;
}

app::ExitCode run_show(app::Context& context, const app::Arguments& arguments) {
  const pipeline::RunHistory history = open_history(context);
  const auto [run, state] = history.load_with_state(find_run(history, arguments));
  const std::int64_t now = os::wall_time_ns();
  if (const auto file = arguments.find("html"); file && *file != "-") {
    os::write_file_atomic(context.options().directory / *file,
                          report::run_html(run, state, now),
                          os::Durability::relaxed);
    context.say(fmt::format("wrote {}", quote(*file)));
  } else if (file) {
    context.terminal().out(report::run_html(run, state, now));
  } else if (context.options().json) {
    context.print_json(app::dump(report::run_json(run, state, now)));
  } else {
    ui::show_text(context.terminal(), as_text(context, run, state, now), context.pager());
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command show_command() {
  return {.path = "runs show",
          .summary = "show what a run did, instance by instance",
          .examples = {{"mlops runs show", "the last run"},
                       {"mlops runs show 20261122-20", "by the beginning of its id"},
                       {"mlops runs show @last --html run.html", "a page with the graph"}},
          .arguments = {{"run", app::Argument::Count::optional, app::Complete::run}},
          .flags = {{.name = "html",
                     .value = "<file>",
                     .help = "write a page with the graph and its timings; '-' is stdout",
                     .complete = app::Complete::file},
                    app::flags::json()},
          .run = run_show};
}

}  // namespace mlops::runs
