#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/text.h"
#include "top/verbs.h"
#include "workspace/workspace.h"

namespace mlops::top {
namespace {

app::ExitCode run_init(app::Context& context, const app::Arguments&) {
  const workspace::InitResult result = workspace::init(context.workspace());
  if (context.options().json) {
    context.print_json(
        app::dump({{"version", 1},
                   {"created", result.created},
                   {"staged", result.staged},
                   {"stage_problem",
                    result.stage_problem.empty() ? nlohmann::ordered_json()
                                                 : nlohmann::ordered_json(result.stage_problem)}}));
    return app::ExitCode::done;
  }
  for (const std::string& path : result.created) {
    context.say("created " + quote(path));
  }
  if (!result.stage_problem.empty()) {
    context.progress().warn("not staged: " + result.stage_problem);
    context.say("next: git add -f .mlops/config.toml");
    return app::ExitCode::done;
  }
  context.say(result.created.empty() ? "nothing to do: mlops is set up here"
                                     : "next: mlops data add <path>, or write pipeline.toml");
  return app::ExitCode::done;
}

}  // namespace

app::Command init_command() {
  return {
      .path = "init",
      .summary = "set mlops up in a git repository",
      .examples = {{"mlops init", "writes and stages .mlops/config.toml; again: changes nothing"}},
      .flags = {app::flags::json()},
      .run = run_init};
}

}  // namespace mlops::top
