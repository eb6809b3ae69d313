#include <functional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "data/verbs.h"
#include "workspace/data_merge.h"
#include "workspace/data_sets.h"
#include "workspace/merge_driver.h"

namespace mlops::data {
namespace {

using workspace::MergeConflict;
using workspace::MergeOutcome;

std::string_view describe(MergeConflict::Kind kind) {
  using Kind = MergeConflict::Kind;
  switch (kind) {
    case Kind::both_changed:
      return "changed on both sides";
    case Kind::both_added:
      return "added on both sides, with other content";
    case Kind::deleted_by_us:
      return "deleted by us, changed by them";
    case Kind::deleted_by_them:
      return "changed by us, deleted by them";
    case Kind::file_and_directory:
      return "a file on one side, a directory on the other";
  }
  return "changed on both sides";
}

void say_conflicts(app::Context& context,
                   const std::vector<MergeConflict>& conflicts,
                   const std::function<std::string(const std::string&)>& display) {
  for (const MergeConflict& conflict : conflicts) {
    const std::string stage =
        conflict.instance.empty() ? "" : fmt::format(", stage {}", quote(conflict.instance));
    context.say(fmt::format(
        "conflict  {}{}: {}", quote(display(conflict.path)), stage, describe(conflict.kind)));
  }
}

std::string describe(const workspace::MergedFile& merged) {
  switch (merged.outcome) {
    case MergeOutcome::ours:
      return "as we have it";
    case MergeOutcome::theirs:
      return "as they have it";
    case MergeOutcome::removed:
      return "removed";
    case MergeOutcome::merged:
      break;
  }
  return merged.pointer ? fmt::format("{}, {}",
                                      plural(merged.pointer->files, "file"),
                                      format_bytes(merged.pointer->bytes))
                        : "stage by stage";
}

void print_people(app::Context& context, const workspace::MergeResult& result, bool is_dry) {
  const workspace::Workspace& workspace = context.workspace();
  if (!result.conflicts.empty()) {
    say_conflicts(context, result.conflicts, [&](const std::string& path) {
      return workspace.to_display(path);
    });
    context.say(
        fmt::format("{}: nothing was written", plural(result.conflicts.size(), "conflict")));
    context.note("next: mlops data merge --ours <path> --theirs <path>   (who has his way where)");
    return;
  }
  std::vector<std::string> checkout{"mlops", "data", "checkout", "--"};
  for (const workspace::MergedFile& merged : result.merged) {
    const std::string path = workspace.to_display(merged.path);
    context.say(fmt::format(
        "{}  {}: {}", is_dry ? "would merge" : "merged", quote(path), describe(merged)));
    if (merged.pointer) {
      checkout.push_back(path);
    }
  }
  if (result.merged.empty()) {
    context.say("nothing to merge: git has no data set or lock unmerged");
  } else if (!is_dry) {
    context.note(checkout.size() > 4 ? fmt::format("next: {} && git commit",
                                                   escape_for_terminal(shell_join(checkout)))
                                     : "next: git commit");
  }
}

nlohmann::ordered_json to_json(const workspace::MergeResult& result, bool is_dry) {
  nlohmann::ordered_json record{{"version", 1},
                                {"dry_run", is_dry},
                                {"merged", nlohmann::ordered_json::array()},
                                {"conflicts", nlohmann::ordered_json::array()},
                                {"staged", result.staged}};
  for (const workspace::MergedFile& merged : result.merged) {
    nlohmann::ordered_json file{{"path", merged.path},
                                {"outcome", to_string(merged.outcome)},
                                {"root", nullptr},
                                {"files", nullptr},
                                {"bytes", nullptr}};
    if (merged.pointer) {
      if (!merged.pointer->root.is_zero()) {
        file["root"] = store::format_root(merged.pointer->root);
      }
      file["files"] = merged.pointer->files;
      file["bytes"] = merged.pointer->bytes;
    }
    record["merged"].push_back(std::move(file));
  }
  for (const MergeConflict& conflict : result.conflicts) {
    record["conflicts"].push_back(
        {{"path", conflict.path},
         {"stage",
          conflict.instance.empty() ? nlohmann::ordered_json()
                                    : nlohmann::ordered_json(conflict.instance)},
         {"kind", to_string(conflict.kind)}});
  }
  return record;
}

/// For git, which reads the exit code and takes the result from the file of our side.
app::ExitCode run_driver(app::Context& context, const app::Arguments& arguments) {
  const std::vector<std::string>& words = arguments.words();
  if (words.size() != 4) {
    throw Error(ErrorKind::usage,
                "--driver takes what git gives it: <base> <ours> <theirs> <path>",
                "mlops init --hooks sets it up");
  }
  const std::filesystem::path& here = context.options().directory;
  const workspace::MergeFiles files{here / words[0], here / words[1], here / words[2], words[3]};
  // Before anything that may fail, as the opening of the workspace.
  const workspace::TrackedVersions versions = workspace::mark_conflict(files);
  const workspace::PlannedMerge plan = workspace::merge_for_git(
      context.workspace(), files, versions, context.progress(), context.cancel());
  context.progress().end();
  say_conflicts(context, plan.conflicts, [](const std::string& path) { return path; });
  if (!plan.conflicts.empty()) {
    context.say("next: mlops data merge --ours <path> --theirs <path>");
  }
  return plan.conflicts.empty() ? app::ExitCode::done : app::ExitCode::verdict_no;
}

workspace::MergeOptions read_merge_options(app::Context& context, const app::Arguments& arguments) {
  workspace::Workspace& workspace = context.workspace();
  workspace::MergeOptions options;
  for (const std::string& word : arguments.words()) {
    options.paths.push_back(workspace.to_relative(word));
  }
  for (const std::string& word : arguments.list("ours")) {
    options.choices.push_back({workspace::MergeSide::ours, workspace.to_relative(word)});
  }
  for (const std::string& word : arguments.list("theirs")) {
    options.choices.push_back({workspace::MergeSide::theirs, workspace.to_relative(word)});
  }
  const bool stage = workspace.settings().get_bool("data.stage") && !arguments.has("no-stage");
  options.stage = stage ? workspace::Stage::yes : workspace::Stage::no;
  options.dry_run = arguments.has("dry-run") ? workspace::DryRun::yes : workspace::DryRun::no;
  if (arguments.has("force")) {
    options.clobber = workspace::Clobber::rescue;
  }
  options.wait = arguments.has("wait") ? os::LockWait::yes : os::LockWait::no;
  return options;
}

app::ExitCode run_merge(app::Context& context, const app::Arguments& arguments) {
  if (arguments.has("driver")) {
    return run_driver(context, arguments);
  }
  const workspace::MergeOptions options = read_merge_options(context, arguments);
  const bool is_dry = options.dry_run == workspace::DryRun::yes;
  const workspace::MergeResult result =
      workspace::merge_data(context.workspace(), options, context.progress(), context.cancel());
  context.progress().end();
  if (context.options().json) {
    context.print_json(app::dump(to_json(result, is_dry)));
  } else {
    print_people(context, result, is_dry);
  }
  return result.conflicts.empty() ? app::ExitCode::done : app::ExitCode::verdict_no;
}

}  // namespace

app::Command merge_command() {
  return {.path = "data merge",
          .summary = "merge data sets and locks of which git has a conflict, file by file",
          .examples = {{"mlops data merge", "all that git left unmerged"},
                       {"mlops data merge --theirs data/raw/a.csv",
                        "where both changed that file, take theirs"}},
          .arguments = {{"path", app::Argument::Count::any, app::Complete::data_set}},
          .flags = {{.name = "ours",
                     .value = "<path>",
                     .help = "at and below it, our side has its way in conflicts",
                     .repeat = app::Flag::Repeat::yes,
                     .complete = app::Complete::data_set},
                    {.name = "theirs",
                     .value = "<path>",
                     .help = "at and below it, their side has its way in conflicts",
                     .repeat = app::Flag::Repeat::yes,
                     .complete = app::Complete::data_set},
                    {.name = "driver",
                     .help = "for git: merge the files <base> <ours> <theirs> of <path>"},
                    {.name = "no-stage", .help = "no 'git add' of pointers and locks"},
                    {.name = "force", .help = "also over what was resolved by hand and not staged"},
                    app::flags::dry_run(),
                    app::flags::wait(),
                    app::flags::json()},
          .run = run_merge};
}

}  // namespace mlops::data
