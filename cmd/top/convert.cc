#include "workspace/convert.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "top/convert_pipeline.h"
#include "top/verbs.h"

namespace mlops::top {
namespace {

using workspace::ConvertResult;
using workspace::DryRun;
using State = workspace::ImportedVersion::State;

std::string_view to_string(State state) {
  switch (state) {
    case State::imported:
      return "imported";
    case State::missing:
      return "missing";
    case State::damaged:
      return "damaged";
    case State::unusable:
      return "unusable";
  }
  return "";
}

workspace::ConvertOptions read_options(app::Context& context, const app::Arguments& arguments) {
  const std::string& tool = arguments.words().front();
  if (tool != "dvc" && tool != "lfs") {
    throw Error(ErrorKind::usage,
                fmt::format("convert takes over from 'dvc' or 'lfs', not {}", quote(tool)),
                "mlops convert -h");
  }
  workspace::ConvertOptions options;
  options.tool = tool == "dvc" ? workspace::ForeignTool::dvc : workspace::ForeignTool::lfs;
  options.missing = arguments.has("skip-missing") ? workspace::ConvertOptions::Missing::skip
                                                  : workspace::ConvertOptions::Missing::refuse;
  options.dry_run = arguments.has("dry-run") ? DryRun::yes : DryRun::no;
  options.wait = arguments.has("wait") ? os::LockWait::yes : os::LockWait::no;
  options.git = context.git_options();
  return options;
}

void print_data_sets(app::Context& context, const ConvertResult& result, DryRun dry_run) {
  const std::string_view done = dry_run == DryRun::yes ? "would convert" : "converted";
  for (const workspace::TakenOver& set : result.data_sets) {
    const std::string path = quote(context.workspace().to_display(set.path));
    if (set.problem.empty()) {
      context.say(fmt::format(
          "{}  {}: {}, {}", done, path, plural(set.files, "file"), format_bytes(set.bytes)));
    } else {
      context.say(fmt::format("kept  {}: {}", path, set.problem));
    }
  }
}

void print_history(app::Context& context, const ConvertResult& result, DryRun dry_run) {
  context.say(fmt::format("{} {} of all commits{}",
                          dry_run == DryRun::yes ? "would take over" : "took over",
                          plural(result.versions, "version"),
                          result.known_versions > 0
                              ? fmt::format(", {} before", result.known_versions)
                              : std::string()));
  const auto missing = std::count_if(
      result.left_behind.begin(), result.left_behind.end(), [](const workspace::LeftBehind& one) {
        return one.state == State::missing;
      });
  if (missing > 0) {
    context.say(fmt::format("{} of old commits {} not in the cache: --json names {}",
                            plural(static_cast<std::uint64_t>(missing), "version"),
                            missing == 1 ? "is" : "are",
                            missing == 1 ? "it" : "them"));
  }
  for (const workspace::LeftBehind& one : result.left_behind) {
    if (one.state != State::missing) {
      context.progress().warn(
          fmt::format("an old version of {}: {}", quote(one.path), one.problem));
    }
  }
  for (const std::string& problem : result.unreadable) {
    context.progress().warn(problem);
  }
}

void print_steps(app::Context& context, const ConvertResult& result, workspace::ForeignTool tool) {
  std::vector<std::string> checkout{"mlops", "data", "checkout", "--force", "--"};
  bool has_pointers = false;
  for (const workspace::TakenOver& set : result.data_sets) {
    if (set.is_link && set.problem.empty()) {
      checkout.push_back(context.workspace().to_display(set.path));
    }
    has_pointers = has_pointers || (set.was_pointer && set.problem.empty());
  }
  if (!result.staged.empty()) {
    context.say("next: git commit");
  }
  if (has_pointers) {
    context.say("then: mlops data checkout, for the files of which git-lfs had only pointers here");
  }
  if (checkout.size() > 5) {
    context.say("then, because they lie here as links into the cache: " + shell_join(checkout));
  }
  for (const std::string& cache : result.caches) {
    context.say(fmt::format("kept as it is: {}   (mlops does not need it; {})",
                            quote(cache),
                            tool == workspace::ForeignTool::dvc
                                ? "DVC and links into it do"
                                : "git checkout of older commits does, as long as git-lfs is on"));
  }
  if (!result.staged.empty()) {
    context.say(
        "in older commits git tracks what it ignores from now on: git checkout of one "
        "overwrites edits; mlops data status first");
  }
}

nlohmann::ordered_json to_json(const ConvertResult& result,
                               const nlohmann::ordered_json& pipeline,
                               DryRun dry_run) {
  nlohmann::ordered_json record{{"version", 1},
                                {"dry_run", dry_run == DryRun::yes},
                                {"data_sets", nlohmann::ordered_json::array()},
                                {"versions", result.versions},
                                {"known_versions", result.known_versions},
                                {"left_behind", nlohmann::ordered_json::array()},
                                {"unreadable", result.unreadable},
                                {"new_bytes", result.counts.new_bytes},
                                {"stored_bytes", result.counts.stored_bytes},
                                {"reused_bytes", result.counts.reused_bytes},
                                {"pipeline", pipeline},
                                {"staged", result.staged},
                                {"caches", result.caches}};
  const auto or_null = [](const std::string& text) {
    return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
  };
  for (const workspace::TakenOver& set : result.data_sets) {
    record["data_sets"].push_back(
        {{"path", set.path},
         {"file", set.file},
         {"id", set.id},
         {"files", set.files},
         {"bytes", set.bytes},
         {"root", or_null(set.root.is_zero() ? "" : store::format_root(set.root))},
         {"problem", or_null(set.problem)},
         {"is_link", set.is_link},
         {"was_pointer", set.was_pointer}});
  }
  for (const workspace::LeftBehind& one : result.left_behind) {
    record["left_behind"].push_back({{"path", one.path},
                                     {"id", one.id},
                                     {"state", to_string(one.state)},
                                     {"problem", one.problem}});
  }
  return record;
}

/// Skipping is for what is not there: damage is never passed over.
app::ExitCode exit_code(const ConvertResult& result) {
  const bool has_damage = std::any_of(
      result.left_behind.begin(), result.left_behind.end(), [](const workspace::LeftBehind& one) {
        return one.state == State::damaged;
      });
  return has_damage ? app::ExitCode::object_missing : app::ExitCode::done;
}

app::ExitCode run_convert(app::Context& context, const app::Arguments& arguments) {
  workspace::ConvertOptions options = read_options(context, arguments);
  options.on_large = [&](const workspace::DiskNeed& need) {
    context.say(fmt::format("{} to store, less what compresses or is there already; {} left",
                            format_bytes(need.bytes),
                            format_bytes(need.free)));
  };
  std::optional<PipelineConversion> pipeline;
  if (options.tool == workspace::ForeignTool::dvc && !arguments.has("data-only")) {
    pipeline.emplace(context);
    options.files = pipeline->files();
  }
  const ConvertResult result =
      workspace::convert(context.workspace(), options, context.progress(), context.cancel());
  context.progress().end();
  if (context.options().json) {
    context.print_json(app::dump(to_json(
        result, pipeline ? pipeline->to_json() : nlohmann::ordered_json(), options.dry_run)));
    return exit_code(result);
  }
  print_data_sets(context, result, options.dry_run);
  if (pipeline) {
    pipeline->print(options.dry_run);
  }
  if (result.data_sets.empty()) {
    context.say(fmt::format("no data set of {} in git's index", arguments.words().front()));
  }
  print_history(context, result, options.dry_run);
  if (options.dry_run == DryRun::no) {
    print_steps(context, result, options.tool);
  }
  return exit_code(result);
}

}  // namespace

app::Command convert_command() {
  return {.path = "convert",
          .summary = "take over a repository of DVC or git-lfs, with its history",
          .examples = {{"mlops convert dvc -n", "what it would do; nothing is changed"},
                       {"mlops convert dvc", "pointers and pipeline become ours, ready to commit"},
                       {"mlops convert lfs", "files of git-lfs become data sets"}},
          .arguments = {{"tool", app::Argument::Count::one, app::Complete::tool}},
          .flags = {{.name = "skip-missing",
                     .help = "keep as they are the data sets whose bytes are not here"},
                    {.name = "data-only", .help = "leave dvc.yaml and dvc.lock to DVC"},
                    app::flags::dry_run(),
                    app::flags::wait(),
                    app::flags::jobs(),
                    app::flags::json()},
          .run = run_convert};
}

}  // namespace mlops::top
