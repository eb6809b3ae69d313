#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/toml.h"

namespace mlops::config {

/// One key of a settings file that is not a table.
struct SettingEntry {
  std::vector<std::string> segments;
  Value value;
  std::string name() const;  ///< dotted, quoted where TOML needs it
};

/// All of them, in file order; `schema` is checked and left out. Error{config} as parse_toml.
std::vector<SettingEntry> read_setting_entries(std::string_view text, const std::string& file);

}  // namespace mlops::config
