#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/text.h"
#include "data/outs.h"
#include "data/verbs.h"
#include "workspace/data_move.h"

namespace mlops::data {
namespace {

app::ExitCode run_mv(app::Context& context, const app::Arguments& arguments) {
  workspace::Workspace& workspace = context.workspace();
  const std::string from = workspace.to_relative(arguments.words().at(0));
  const std::string to = workspace.to_relative(arguments.words().at(1));
  const auto move = [&](const workspace::MoveOptions& options) {
    return workspace::move_data(workspace, from, to, options, context.progress(), context.cancel());
  };
  workspace::MoveOptions options;
  options.dry_run = workspace::DryRun::yes;
  workspace::MoveResult result = move(options);
  refuse_outs(context, {result.to});
  const bool is_dry = arguments.has("dry-run");
  if (!is_dry) {
    options.dry_run = workspace::DryRun::no;
    options.wait = arguments.has("wait") ? os::LockWait::yes : os::LockWait::no;
    const bool stage = workspace.settings().get_bool("data.stage") && !arguments.has("no-stage");
    options.stage = stage ? workspace::Stage::yes : workspace::Stage::no;
    result = move(options);
  }
  context.progress().end();
  if (context.options().json) {
    context.print_json(app::dump({{"version", 1},
                                  {"dry_run", is_dry},
                                  {"from", result.from},
                                  {"to", result.to},
                                  {"root", store::format_root(result.pointer.root)},
                                  {"moved_data", result.moved_data},
                                  {"staged", result.staged}}));
    return app::ExitCode::done;
  }
  context.say(fmt::format("{} {} to {}{}",
                          is_dry ? "would move" : "moved",
                          quote(workspace.to_display(result.from)),
                          quote(workspace.to_display(result.to)),
                          result.moved_data ? "" : " (the data is not checked out)"));
  if (!result.staged.empty()) {
    context.say("next: git commit");
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command mv_command() {
  return {.path = "data mv",
          .summary = "give a data set another path, with its pointer and .gitignore line",
          .examples = {{"mlops data mv data/raw data/raw-2025", "data and pointer, staged"},
                       {"mlops data mv data/raw.csv archive/", "into a directory"}},
          .arguments = {{"source", app::Argument::Count::one, app::Complete::data_set},
                        {"destination", app::Argument::Count::one, app::Complete::file}},
          .flags = {{.name = "no-stage", .help = "no 'git add' of pointer and .gitignore"},
                    app::flags::dry_run(),
                    app::flags::wait(),
                    app::flags::json()},
          .run = run_mv};
}

}  // namespace mlops::data
