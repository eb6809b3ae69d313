#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "os/clock.h"
#include "pipeline/run_removal.h"
#include "runs/verbs.h"
#include "workspace/experiment_tree.h"
#include "workspace/run_lock.h"

namespace mlops::runs {
namespace {

using pipeline::RunRemoval;

RunRemoval read_removal(const app::Arguments& arguments) {
  RunRemoval removal;
  removal.keep = arguments.find_count("keep");
  if (const auto text = arguments.find("older-than"); text) {
    removal.older_than = parse_duration(*text);
    if (!removal.older_than) {
      throw Error(ErrorKind::usage,
                  fmt::format("--older-than: {} is not a duration", quote(*text)),
                  "write --older-than 90d");
    }
  }
  if (!removal.keep && !removal.older_than) {
    throw Error(ErrorKind::usage,
                "nothing says which runs to remove",
                "mlops runs gc --older-than 90d   (or --keep 20; -n says what would go)");
  }
  removal.mode = arguments.has("dry-run") ? RunRemoval::Mode::look : RunRemoval::Mode::remove;
  return removal;
}

app::ExitCode run_gc(app::Context& context, const app::Arguments& arguments) {
  const RunRemoval removal = read_removal(arguments);
  if (removal.mode == RunRemoval::Mode::remove) {
    workspace::remove_left_experiments(context.workspace(), context.progress());
    workspace::remove_free_run_locks(context.workspace());
  }
  const auto result = pipeline::remove_runs(context.workspace().state_directory() / "runs",
                                            removal,
                                            os::wall_time_ns(),
                                            context.cancel());
  const bool only_looks = removal.mode == RunRemoval::Mode::look;
  if (context.options().json) {
    context.print_json(app::dump({{"version", 1},
                                  {"dry_run", only_looks},
                                  {"removed", result.removed},
                                  {"running", result.running},
                                  {"bytes", result.bytes}}));
    return app::ExitCode::done;
  }
  for (const std::string& id : result.running) {
    context.progress().warn(fmt::format("run {} is at work: kept", id));
  }
  for (const std::string& id : result.removed) {
    if (only_looks || context.options().verbose) {
      context.say(fmt::format("{} {}", only_looks ? "would remove" : "removed", id));
    }
  }
  context.say(fmt::format(
      "{} {}, {}{}",
      only_looks ? "would remove" : "removed",
      plural(result.removed.size(), "run"),
      format_bytes(result.bytes),
      result.removed.empty() || only_looks ? "" : "; mlops data gc frees what only they named"));
  return app::ExitCode::done;
}

}  // namespace

app::Command gc_command() {
  return {.path = "runs gc",
          .summary = "remove old run records and their logs",
          .examples = {{"mlops runs gc --older-than 90d -n", "what would go"},
                       {"mlops runs gc --keep 20", "all but the newest twenty"}},
          .flags = {{.name = "keep", .value = "<n>", .help = "remove all but the newest <n>"},
                    {.name = "older-than",
                     .value = "<duration>",
                     .help = "remove what began longer ago, such as 90d"},
                    app::flags::dry_run(),
                    app::flags::json()},
          .run = run_gc};
}

}  // namespace mlops::runs
