#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/text.h"
#include "base/units.h"
#include "data/kept.h"
#include "data/verbs.h"
#include "workspace/data_remove.h"

namespace mlops::data {
namespace {

workspace::RemoveOptions read_remove_options(app::Context& context,
                                             const app::Arguments& arguments) {
  workspace::RemoveOptions options;
  options.clobber =
      arguments.has("force") ? workspace::Clobber::rescue : workspace::Clobber::refuse;
  options.keep_data = arguments.has("cached") ? workspace::KeepData::yes : workspace::KeepData::no;
  options.dry_run = arguments.has("dry-run") ? workspace::DryRun::yes : workspace::DryRun::no;
  options.wait = arguments.has("wait") ? os::LockWait::yes : os::LockWait::no;
  const bool stage =
      context.workspace().settings().get_bool("data.stage") && !arguments.has("no-stage");
  options.stage = stage ? workspace::Stage::yes : workspace::Stage::no;
  return options;
}

void print_people(app::Context& context,
                  const workspace::RemoveResult& result,
                  const workspace::RemoveOptions& options) {
  const bool is_dry = options.dry_run == workspace::DryRun::yes;
  for (const std::string& path : result.data_sets) {
    context.say(fmt::format(
        "{} {}", is_dry ? "would remove" : "removed", quote(context.workspace().to_display(path))));
  }
  if (options.keep_data == workspace::KeepData::yes) {
    context.say("the data stays where it is, and git sees it now");
  } else {
    context.say(fmt::format(
        "{} {}removed", plural(result.total.removed_files, "file"), is_dry ? "would be " : ""));
    if (is_dry) {
      for (const std::string& path : result.total.rescued) {
        context.say(fmt::format("would move {} to a rescue directory",
                                quote(context.workspace().to_display(path))));
      }
    } else {
      say_rescued(context, result.total);
    }
  }
  context.say("the store keeps what commits name: mlops data checkout --rev <rev> brings one back");
  if (!result.staged.empty()) {
    context.say("next: git commit");
  }
}

app::ExitCode run_rm(app::Context& context, const app::Arguments& arguments) {
  workspace::Workspace& workspace = context.workspace();
  std::vector<std::string> paths;
  for (const std::string& word : arguments.words()) {
    paths.push_back(workspace.to_relative(word));
  }
  const workspace::RemoveOptions options = read_remove_options(context, arguments);
  const workspace::RemoveResult result =
      workspace::remove_data(workspace, paths, options, context.progress(), context.cancel());
  context.progress().end();
  if (!result.total.kept.empty()) {
    refuse_kept(context, result.total, options.clobber, "nothing was removed");
  }
  if (context.options().json) {
    context.print_json(app::dump({{"version", 1},
                                  {"dry_run", options.dry_run == workspace::DryRun::yes},
                                  {"data_sets", result.data_sets},
                                  {"removed_files", result.total.removed_files},
                                  {"rescued", result.total.rescued},
                                  {"would_remove", result.total.would_remove},
                                  {"staged", result.staged}}));
  } else {
    print_people(context, result, options);
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command rm_command() {
  return {
      .path = "data rm",
      .summary = "remove data sets, with their pointers and .gitignore lines",
      .examples = {{"mlops data rm data/old",
                    "data and pointer; the store keeps what commits name"},
                   {"mlops data rm --cached data/notes", "a data set no more, the files stay"}},
      .arguments = {{"path", app::Argument::Count::at_least_one, app::Complete::data_set}},
      .flags = {{.name = "cached", .help = "keep the files, remove pointer and .gitignore line"},
                {.name = "no-stage", .help = "no 'git add' of pointer and .gitignore"},
                app::flags::dry_run(),
                app::flags::force(),
                app::flags::jobs(),
                app::flags::wait(),
                app::flags::json()},
      .run = run_rm};
}

}  // namespace mlops::data
