#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "git/clone_config.h"
#include "top/verbs.h"
#include "workspace/git_hooks.h"
#include "workspace/workspace.h"

namespace mlops::top {
namespace {

git::CloneConfig open_config(app::Context& context) {
  return git::CloneConfig::open(context.workspace().top(), context.git_options());
}

std::optional<workspace::HookChanges> change_hooks(app::Context& context,
                                                   const app::Arguments& arguments) {
  workspace::Workspace& workspace = context.workspace();
  if (arguments.has("hooks") && arguments.has("no-hooks")) {
    throw Error(ErrorKind::usage, "--hooks and --no-hooks exclude each other", "give one of them");
  }
  if (arguments.has("hooks")) {
    git::CloneConfig config = open_config(context);
    const bool stage = workspace.settings().get_bool("data.stage");
    return workspace::install_hooks(workspace,
                                    config,
                                    context.environment().executable,
                                    stage ? workspace::Stage::yes : workspace::Stage::no);
  }
  if (arguments.has("no-hooks")) {
    git::CloneConfig config = open_config(context);
    return workspace::remove_hooks(workspace, config);
  }
  return std::nullopt;
}

std::vector<std::string> as_text(const std::vector<std::filesystem::path>& paths) {
  std::vector<std::string> texts;
  texts.reserve(paths.size());
  for (const std::filesystem::path& path : paths) {
    texts.push_back(path.string());
  }
  return texts;
}

nlohmann::ordered_json to_json(const workspace::InitResult& result,
                               const std::optional<workspace::HookChanges>& hooks) {
  const auto or_null = [](const std::string& text) {
    return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
  };
  nlohmann::ordered_json record{{"version", 1},
                                {"created", result.created},
                                {"staged", result.staged},
                                {"stage_problem", or_null(result.stage_problem)},
                                {"hooks", nullptr}};
  if (hooks) {
    record["hooks"] = {{"changed", hooks->is_changed()},
                       {"hooks", as_text(hooks->written)},
                       {"chained", as_text(hooks->chained)},
                       {"chained_directory", or_null(hooks->chained_directory)},
                       {"staged", hooks->staged},
                       {"stage_problem", or_null(hooks->stage_problem)}};
  }
  return record;
}

void say_installed(app::Context& context, const workspace::HookChanges& hooks) {
  for (const std::filesystem::path& file : hooks.chained) {
    context.say(fmt::format("kept your hook, to be run first: {}", quote(file.string())));
  }
  if (!hooks.chained_directory.empty()) {
    context.say(
        fmt::format("hooks in {} run first, unchanged: core.hooksPath of this clone names "
                    "mlops's, which run them",
                    quote(hooks.chained_directory)));
  }
  if (!hooks.is_changed()) {
    context.say("nothing to do: hooks and merge driver are set up in this clone");
    return;
  }
  context.say("hooks bring the data after checkout, merge and rebase; a driver merges data sets");
  if (!hooks.staged.empty()) {
    if (!hooks.stage_problem.empty()) {
      context.progress().warn("not staged: " + hooks.stage_problem);
    }
    context.say("next: git commit   (.gitattributes names the driver, for every clone)");
  }
}

void say_removed(app::Context& context, const workspace::HookChanges& hooks) {
  for (const std::filesystem::path& file : hooks.chained) {
    context.say(fmt::format("put back {}", quote(file.string())));
  }
  if (!hooks.chained_directory.empty()) {
    context.say(fmt::format("git looks for hooks in {} again", quote(hooks.chained_directory)));
  }
  context.say(hooks.is_changed()
                  ? "hooks and merge driver are gone from this clone; .gitattributes stays as it is"
                  : "nothing to do: this clone has no hooks of mlops");
}

app::ExitCode run_init(app::Context& context, const app::Arguments& arguments) {
  const workspace::InitResult result = workspace::init(context.workspace());
  const auto hooks = change_hooks(context, arguments);
  if (context.options().json) {
    context.print_json(app::dump(to_json(result, hooks)));
    return app::ExitCode::done;
  }
  for (const std::string& path : result.created) {
    context.say("created " + quote(path));
  }
  if (hooks) {
    arguments.has("hooks") ? say_installed(context, *hooks) : say_removed(context, *hooks);
  }
  if (!result.stage_problem.empty()) {
    context.progress().warn("not staged: " + result.stage_problem);
    context.say("next: git add -f .mlops/config.toml");
  } else if (!hooks) {
    context.say(result.created.empty() ? "nothing to do: mlops is set up here"
                                       : "next: mlops data add <path>, or write pipeline.toml");
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command init_command() {
  return {
      .path = "init",
      .summary = "set mlops up in a git repository",
      .examples = {{"mlops init", "writes and stages .mlops/config.toml; again: changes nothing"},
                   {"mlops init --hooks", "and git brings and merges data from now on"}},
      .flags = {{.name = "hooks", .help = "git hooks that bring data, and a merge driver for it"},
                {.name = "no-hooks", .help = "take them out of this clone"},
                app::flags::json()},
      .run = run_init};
}

}  // namespace mlops::top
