#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "config/settings.h"
#include "top/settings_file.h"
#include "top/verbs.h"
#include "ui/table.h"
#include "workspace/workspace.h"

namespace mlops::top {
namespace {

/// Writes go to this clone's file unless said otherwise: it changes nobody else's settings.
SettingsFile choose_file(app::Context& context, const app::Arguments& arguments) {
  if (arguments.has("tracked") && arguments.has("user")) {
    throw Error(ErrorKind::usage,
                "--tracked and --user exclude each other",
                "--tracked is for everybody, --user for all your repositories");
  }
  return settings_file(context,
                       arguments.has("user")      ? config::SettingScope::user
                       : arguments.has("tracked") ? config::SettingScope::tracked
                                                  : config::SettingScope::clone);
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
  const SettingsFile file = choose_file(context, arguments);
  edit_settings(context, file, {{name, value ? std::optional<std::string>(*value) : std::nullopt}});
  const std::string full_name = config::resolve_setting(name).name;
  if (value && !is_used(full_name)) {
    context.progress().warn(fmt::format("{} is not used by this build", quote(full_name)));
  }
  if (context.options().json) {
    nlohmann::ordered_json record =
        to_json({full_name, std::string(value.value_or("")), file.scope, file.name});
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
