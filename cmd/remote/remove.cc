#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "remote/open.h"
#include "remote/verbs.h"
#include "top/settings_file.h"
#include "workspace/workspace.h"

namespace mlops::remote {
namespace {

/// Its keys in the file that names it, and the default in there if it is this one.
std::vector<top::SettingEdit> edits_for(const config::Settings& settings,
                                        const NamedRemote& remote) {
  std::vector<top::SettingEdit> edits;
  for (const config::Setting& setting : settings.all()) {
    const config::SettingName name = config::resolve_setting(setting.name);
    const bool is_key = name.segments[0] == "remote" && name.segments[1] == remote.name;
    const bool is_default = name.key->name == "data.remote" && setting.value == remote.name;
    if (setting.scope == remote.scope && (is_key || is_default)) {
      edits.push_back({setting.name, std::nullopt});
    }
  }
  return edits;
}

app::ExitCode run_remove(app::Context& context, const app::Arguments& arguments) {
  workspace::Workspace& workspace = context.workspace();
  const NamedRemote remote = load_remote(workspace.settings(), arguments.words().at(0));
  if (remote.scope == config::SettingScope::environment ||
      remote.scope == config::SettingScope::flag) {
    throw Error(ErrorKind::config,
                fmt::format("remote {} is set by the environment", quote(remote.name)),
                "unset " + config::environment_name("remote." + remote.name + ".url"));
  }
  const auto file = top::settings_file(context, remote.scope);
  top::edit_settings(context, file, edits_for(workspace.settings(), remote));
  // What this clone knew of it is no use to one that may get its name.
  os::remove_tree(workspace.state_directory() / "remotes" / remote.name);
  if (context.options().json) {
    context.print_json(app::dump(nlohmann::ordered_json{
        {"version", 1}, {"name", remote.name}, {"url", remote.url}, {"file", file.name}}));
    return app::ExitCode::done;
  }
  context.say(fmt::format("removed remote {} from {}; what lies at {} stays there",
                          quote(remote.name),
                          quote(file.name),
                          quote(remote.url)));
  return app::ExitCode::done;
}

}  // namespace

app::Command remove_command() {
  return {.path = "remote remove",
          .summary = "forget a remote; its objects stay where they are",
          .examples = {{"mlops remote remove usb", "its settings, and what this clone knew of it"}},
          .arguments = {{"name", app::Argument::Count::one, app::Complete::remote}},
          .flags = {app::flags::json()},
          .run = run_remove};
}

}  // namespace mlops::remote
