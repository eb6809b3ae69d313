#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/context.h"
#include "config/settings.h"

namespace mlops::top {

/// A file of settings that commands change.
struct SettingsFile {
  std::filesystem::path path;  ///< empty: `name`, beneath the work tree
  std::string name;            ///< for messages
  config::SettingScope scope = config::SettingScope::clone;
};

/// Of the user, of all clones (tracked by git), or of this clone.
SettingsFile settings_file(app::Context& context, config::SettingScope scope);

struct SettingEdit {
  std::string setting;
  std::optional<std::string> value;  ///< nothing: removed
};
/// Makes the changes in one step, durable; everything else in the file stays byte for byte.
/// Error{config}.
void edit_settings(app::Context& context,
                   const SettingsFile& file,
                   const std::vector<SettingEdit>& edits);

}  // namespace mlops::top
