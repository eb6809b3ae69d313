#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "data/outs.h"
#include "data/verbs.h"
#include "workspace/data.h"
#include "workspace/path_glob.h"

namespace mlops::data {
namespace {

workspace::AddOptions add_options(app::Context& context, const app::Arguments& arguments) {
  workspace::AddOptions options;
  if (arguments.has("skip-unreadable")) {
    options.snapshot.on_unreadable = workspace::OnUnreadable::skip;
  }
  if (arguments.has("symlinks")) {
    options.snapshot.symlinks = workspace::Symlinks::store;
  }
  options.dry_run = arguments.has("dry-run") ? workspace::DryRun::yes : workspace::DryRun::no;
  if (arguments.has("force")) {
    options.missed = workspace::AddOptions::Missed::drop;
  }
  options.wait = arguments.has("wait") ? os::LockWait::yes : os::LockWait::no;
  const bool stage = context.workspace().settings().get_bool("data.stage");
  options.stage =
      stage && !arguments.has("no-stage") ? workspace::Stage::yes : workspace::Stage::no;
  return options;
}

void print_people(app::Context& context,
                  const workspace::AddResult& result,
                  workspace::DryRun dry_run) {
  const std::string_view change = dry_run == workspace::DryRun::yes ? "would add" : "added";
  for (const workspace::AddedDataSet& added : result.data_sets) {
    const std::string path = context.workspace().to_display(added.path);
    context.say(fmt::format("{}  {}: {}, {}{}",
                            added.changed ? change : "unchanged",
                            quote(path),
                            plural(added.pointer.files, "file"),
                            format_bytes(added.pointer.bytes),
                            added.ignored == 0 ? "" : fmt::format(", {} ignored", added.ignored)));
    for (const std::string& skipped : added.skipped) {
      context.progress().warn("skipped " + quote(context.workspace().to_display(skipped)));
    }
  }
  const store::WriteCounts& counts = result.counts;
  if (counts.new_bytes > 0) {
    context.say(fmt::format("stored {} as {}, reused {}",
                            format_bytes(counts.new_bytes),
                            format_bytes(counts.stored_bytes),
                            format_bytes(counts.reused_bytes)));
  }
  if (counts.healed_objects > 0) {
    context.say(fmt::format("healed {} that the store had damaged",
                            plural(counts.healed_objects, "object")));
    context.say("next: mlops data fsck --repair   (moves the damaged packs aside)");
  }
  if (!result.staged.empty()) {
    context.say("next: git commit");
  }
}

nlohmann::ordered_json to_json(const workspace::AddResult& result, workspace::DryRun dry_run) {
  nlohmann::ordered_json record{{"version", 1},
                                {"dry_run", dry_run == workspace::DryRun::yes},
                                {"data_sets", nlohmann::ordered_json::array()}};
  for (const workspace::AddedDataSet& added : result.data_sets) {
    const store::ObjectId& root = added.pointer.root;
    record["data_sets"].push_back(
        {{"path", added.path},
         {"root",
          root.is_zero() ? nlohmann::ordered_json()
                         : nlohmann::ordered_json(store::format_root(root))},
         {"files", added.pointer.files},
         {"bytes", added.pointer.bytes},
         {"changed", added.changed},
         {"skipped", added.skipped},
         {"ignored", added.ignored}});
  }
  record["new_bytes"] = result.counts.new_bytes;
  record["stored_bytes"] = result.counts.stored_bytes;
  record["reused_bytes"] = result.counts.reused_bytes;
  record["healed_objects"] = result.counts.healed_objects;
  record["staged"] = result.staged;
  return record;
}

/// A path that is named twice is refused; one that two patterns match is not.
std::vector<std::string> expand_words(app::Context& context,
                                      const std::vector<std::string>& words) {
  std::vector<std::string> paths;
  std::set<std::string> matched;
  for (const std::string& word : words) {
    const std::vector<std::string> found =
        workspace::expand_typed(context.workspace(), word, context.cancel());
    if (is_glob(word)) {
      matched.insert(found.begin(), found.end());
    } else {
      paths.insert(paths.end(), found.begin(), found.end());
    }
  }
  for (const std::string& path : matched) {
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) {
      paths.push_back(path);
    }
  }
  return paths;
}

app::ExitCode run_add(app::Context& context, const app::Arguments& arguments) {
  workspace::Workspace& workspace = context.workspace();
  const std::vector<std::string> paths = expand_words(context, arguments.words());
  refuse_outs(context, paths);
  workspace::AddOptions options = add_options(context, arguments);
  options.on_large = [&](const workspace::DiskNeed& need) {
    context.say(fmt::format("{} to store, less what compresses or is there already; {} left",
                            format_bytes(need.bytes),
                            format_bytes(need.free)));
  };
  const workspace::AddResult result =
      workspace::add_data(workspace, paths, options, context.progress(), context.cancel());
  context.progress().end();
  if (context.options().json) {
    context.print_json(app::dump(to_json(result, options.dry_run)));
  } else {
    print_people(context, result, options.dry_run);
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command add_command() {
  return {
      .path = "data add",
      .summary = "store files or directories as data sets and write their pointers",
      .examples = {{"mlops data add data/train.csv", "one file: a pointer beside it, both staged"},
                   {"mlops data add data/images", "a directory is one data set"},
                   {"mlops data add 'data/**/*.csv'", "each file that matches is a data set"}},
      .arguments = {{"path", app::Argument::Count::at_least_one, app::Complete::file}},
      .flags = {{.name = "skip-unreadable", .help = "leave out what cannot be read, and say so"},
                {.name = "symlinks", .help = "store symbolic links as links"},
                {.name = "no-stage", .help = "no 'git add' of pointer and .gitignore"},
                {.name = "force",
                 .help = "also without what git's version has and was never brought here"},
                app::flags::dry_run(),
                app::flags::wait(),
                app::flags::jobs(),
                app::flags::json()},
      .run = run_add};
}

}  // namespace mlops::data
