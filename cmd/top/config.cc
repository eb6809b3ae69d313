#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "config/settings.h"
#include "os/file.h"
#include "top/verbs.h"
#include "ui/table.h"
#include "workspace/workspace.h"

namespace mlops::top {
namespace {

constexpr std::uint64_t kMaxConfigBytes = 1ULL << 20U;

struct Target {
  std::filesystem::path path;
  std::string name;
  config::SettingScope scope;
};

/// Writes go to this clone's file unless said otherwise: it changes nobody else's settings.
Target choose_target(app::Context& context, const app::Arguments& arguments) {
  if (arguments.has("tracked") && arguments.has("user")) {
    throw Error(ErrorKind::usage,
                "--tracked and --user exclude each other",
                "--tracked is for everybody, --user for all your repositories");
  }
  if (arguments.has("user")) {
    const std::filesystem::path path = context.user_config_file();
    return {path, path.string(), config::SettingScope::user};
  }
  workspace::Workspace& workspace = context.workspace();
  if (arguments.has("tracked")) {
    return {workspace.top() / ".mlops" / "config.toml",
            ".mlops/config.toml",
            config::SettingScope::tracked};
  }
  const std::filesystem::path path = workspace.state_directory() / "config.toml";
  return {path, path.string(), config::SettingScope::clone};
}

bool is_used(const std::string& name) {
  return config::resolve_setting(name).key->used;
}

nlohmann::ordered_json to_json(const config::Setting& setting) {
  return {{"name", setting.name},
          {"value", setting.value},
          {"scope", to_string(setting.scope)},
          {"origin", setting.origin},
          {"used", is_used(setting.name)}};
}

void print_record(app::Context& context, const nlohmann::ordered_json& setting) {
  nlohmann::ordered_json record;
  record["version"] = 1;
  record.update(setting);
  context.print_json(app::dump(record));
}

void write(app::Context& context,
           const app::Arguments& arguments,
           const std::string& name,
           std::optional<std::string_view> value) {
  const Target target = choose_target(context, arguments);
  const std::string old_text =
      os::read_file_if_exists(target.path, kMaxConfigBytes).value_or("schema = 1\n");
  const std::string new_text = config::edit_setting(old_text, target.name, name, value);
  config::Settings().add_file(target.scope, new_text, target.name);
  os::make_directories(target.path.parent_path());
  os::write_file_atomic(target.path, new_text, os::Durability::durable);
  const std::string full_name = config::resolve_setting(name).name;
  if (value && !is_used(full_name)) {
    context.progress().warn(fmt::format("{} is not used by this build", quote(full_name)));
  }
  if (context.options().json) {
    nlohmann::ordered_json record =
        to_json({full_name, std::string(value.value_or("")), target.scope, target.name});
    record["value"] = value ? record["value"] : nlohmann::ordered_json();
    print_record(context, record);
  }
}

/// What is set somewhere, and the built-in value of the rest; keys with a name in them have none.
std::vector<config::Setting> all_settings(const config::Settings& settings) {
  std::vector<config::Setting> all = settings.all();
  for (const config::SettingKey& key : config::setting_keys()) {
    const bool is_set = std::any_of(all.begin(), all.end(), [&](const config::Setting& setting) {
      return setting.name == key.name;
    });
    if (!is_set && key.name.find('*') == std::string::npos) {
      all.push_back({key.name, key.built_in, config::SettingScope::built_in, ""});
    }
  }
  std::sort(all.begin(), all.end(), [](const config::Setting& a, const config::Setting& b) {
    return a.name < b.name;
  });
  return all;
}

void print_all(app::Context& context) {
  const std::vector<config::Setting> all = all_settings(context.workspace().settings());
  if (context.options().json) {
    nlohmann::ordered_json record{{"version", 1}, {"settings", nlohmann::ordered_json::array()}};
    for (const config::Setting& setting : all) {
      record["settings"].push_back(to_json(setting));
    }
    context.print_json(app::dump(record));
    return;
  }
  ui::TextTable table({{"setting"}, {"value"}, {"from"}, {"note"}});
  for (const config::Setting& setting : all) {
    const std::string origin = setting.origin.empty() ? "" : " (" + setting.origin + ")";
    table.add({setting.name,
               setting.value,
               std::string(to_string(setting.scope)) + origin,
               is_used(setting.name) ? "" : "not used by this build"});
  }
  context.terminal().out(table.render(context.terminal()));
}

app::ExitCode run_config(app::Context& context, const app::Arguments& arguments) {
  const std::vector<std::string>& words = arguments.words();
  if (arguments.has("unset")) {
    if (words.size() != 1) {
      throw Error(ErrorKind::usage, "--unset takes one setting", "mlops config --unset data.stage");
    }
    write(context, arguments, words[0], std::nullopt);
    return app::ExitCode::done;
  }
  if (words.empty()) {
    print_all(context);
    return app::ExitCode::done;
  }
  if (words.size() == 2) {
    write(context, arguments, words[0], words[1]);
    return app::ExitCode::done;
  }
  if (words.size() > 2) {
    throw Error(ErrorKind::usage,
                "config takes a setting and at most one value",
                "quote a value with spaces: mlops config <setting> \"a b\"");
  }
  const auto setting = context.workspace().settings().find(words[0]);
  if (!setting) {
    throw Error(ErrorKind::not_found,
                fmt::format("{} is not set", quote(words[0])),
                fmt::format("mlops config {} <value>", shell_quote(words[0])));
  }
  if (context.options().json) {
    print_record(context, to_json(*setting));
  } else {
    context.terminal().out(escape_for_terminal(setting->value) + "\n");
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command config_command() {
  return {.path = "config",
          .summary = "show and change settings",
          .examples = {{"mlops config", "every setting, its value and where that comes from"},
                       {"mlops config data.stage false", "for this clone"},
                       {"mlops config --tracked data.stage false", "for everybody, in git"}},
          .arguments = {{"setting", app::Argument::Count::any, app::Complete::setting}},
          .flags = {{.name = "tracked", .help = "change .mlops/config.toml, which git tracks"},
                    {.name = "user", .help = "change your own file, for all repositories"},
                    {.name = "unset", .help = "remove the setting from the file"},
                    app::flags::json()},
          .run = run_config};
}

}  // namespace mlops::top
