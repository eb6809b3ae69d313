#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "os/clock.h"
#include "report/run_report.h"
#include "report/run_words.h"
#include "runs/open.h"
#include "runs/verbs.h"
#include "ui/pager.h"
#include "ui/table.h"

namespace mlops::runs {
namespace {

using pipeline::RecordedRun;
using pipeline::RunState;

constexpr std::size_t kShortRevision = 10;

ui::Style style_of(const RecordedRun& run, RunState state) {
  if (state == RunState::finished && *run.worst == "none") {
    return ui::Style::green;
  }
  return state == RunState::running ? ui::Style::yellow : ui::Style::red;
}

std::string revision_of(const RecordedRun& run) {
  return run.commit ? run.commit->substr(0, kShortRevision) + (run.is_dirty ? "+" : "") : "";
}

std::vector<std::string> cells_of(const RecordedRun& run, RunState state, std::int64_t now) {
  return {run.id,
          report::outcome_of(run, state),
          run.begun,
          format_duration(report::duration_of(run, state, now)),
          report::tally_of(run),
          revision_of(run),
          join(run.assignments, " ")};
}

app::ExitCode run_list(app::Context& context, const app::Arguments& arguments) {
  const pipeline::RunHistory history = open_history(context);
  const std::uint64_t most = arguments.find_count("max-count").value_or(UINT64_MAX);
  const std::int64_t now = os::wall_time_ns();
  nlohmann::ordered_json record{{"version", 1}, {"runs", nlohmann::ordered_json::array()}};
  ui::TextTable table(
      {{"run"}, {"state"}, {"begun"}, {"took"}, {"instances"}, {"revision"}, {"set"}});
  std::uint64_t shown = 0;
  for (const std::string& id : history.list()) {
    if (shown == most) {
      break;
    }
    context.cancel().check();
    try {
      const auto [run, state] = history.load_with_state(id);
      if (context.options().json) {
        record["runs"].push_back(report::run_summary_json(run, state, now));
      } else {
        table.add(cells_of(run, state, now), style_of(run, state));
      }
      ++shown;
    } catch (const Error& error) {
      // One record that cannot be read must not hide the others.
      context.progress().warn(error.message());
    }
  }
  if (context.options().json) {
    context.print_json(app::dump(record));
  } else if (table.empty()) {
    context.note("no run yet; next: mlops run");
  } else {
    ui::show_text(context.terminal(), table.render(context.terminal()), context.pager());
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command list_command() {
  return {
      .path = "runs list",
      .summary = "list the runs of this clone, the newest first",
      .examples = {{"mlops runs list", "state, begin, duration, what became of the instances"},
                   {"mlops runs list -n 5 --json", "the last five, for scripts"}},
      .flags = {{.name = "max-count", .letter = 'n', .value = "<n>", .help = "at most <n> runs"},
                app::flags::json()},
      .run = run_list};
}

}  // namespace mlops::runs
