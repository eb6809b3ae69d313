#include "top/settings_file.h"

#include "os/file.h"
#include "workspace/tree_path.h"
#include "workspace/tree_write.h"
#include "workspace/workspace.h"

namespace mlops::top {
namespace {

constexpr std::uint64_t kMaxConfigBytes = 1ULL << 20U;

/// The work tree may hold any link; the other files are the user's own.
std::optional<std::string> read(app::Context& context, const SettingsFile& file) {
  if (file.scope == config::SettingScope::tracked) {
    return workspace::read_text(context.workspace().tree(), file.name, kMaxConfigBytes);
  }
  return os::read_file_if_exists(file.path, kMaxConfigBytes);
}

void replace(app::Context& context, const SettingsFile& file, const std::string& text) {
  if (file.scope == config::SettingScope::tracked) {
    const os::Beneath& tree = context.workspace().tree();
    tree.make_directories(workspace::parent_of(file.name), os::Durability::durable);
    workspace::write_text(tree, file.name, text);
    return;
  }
  os::make_directories(file.path.parent_path(), os::Durability::durable);
  os::write_file_atomic(file.path, text, os::Durability::durable);
}

}  // namespace

SettingsFile settings_file(app::Context& context, config::SettingScope scope) {
  if (scope == config::SettingScope::tracked) {
    return {{}, ".mlops/config.toml", scope};
  }
  const std::filesystem::path path = scope == config::SettingScope::user
                                         ? context.user_config_file()
                                         : context.workspace().state_directory() / "config.toml";
  return {path, path.string(), scope};
}

void edit_settings(app::Context& context,
                   const SettingsFile& file,
                   const std::vector<SettingEdit>& edits) {
  std::string text = read(context, file).value_or("schema = 1\n");
  for (const SettingEdit& edit : edits) {
    const auto value = edit.value ? std::optional<std::string_view>(*edit.value) : std::nullopt;
    text = config::edit_setting(text, file.name, edit.setting, value);
  }
  config::Settings().add_file(file.scope, text, file.name);
  replace(context, file, text);
}

}  // namespace mlops::top
