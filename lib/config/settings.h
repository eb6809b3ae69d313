#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::config {

/// The settings of .mlops/config.toml and its layers (DESIGN section 4): which keys exist, their
/// types and their built-in values. Dotted names as `mlops config` takes them.
enum class SettingScope { built_in, user, tracked, clone, environment, flag };
std::string_view to_string(SettingScope scope);

struct SettingKey {
  std::string name;         ///< "data.stage"; "remote.*.url" for named tables
  std::string type;         ///< string | url | bool | bytes | duration | choice:a|b
  std::string built_in;     ///< text form, or empty
  std::string description;  ///< one line
  bool clone_only = false;  ///< refused in tracked files (store.path)
  bool used = false;        ///< by this build; the others wait for what they configure
};
const std::vector<SettingKey>& setting_keys();

/// A setting's name in its one spelling: `data.set."data/x".remote`; the part in the middle is
/// taken with or without quotes. Error{config} with a suggestion when there is no such key.
struct SettingName {
  const SettingKey* key = nullptr;
  std::string name;
  std::vector<std::string> segments;
};
SettingName resolve_setting(std::string_view name);
/// Error{config} with `where` before the problem unless `value` (text form) fits the key's type.
/// URLs with a password or key in them are refused; the message does not repeat them.
void check_setting(const SettingKey& key, std::string_view value, std::string_view where);

struct Setting {
  std::string name;
  std::string value;  ///< text form
  SettingScope scope = SettingScope::built_in;
  std::string origin;  ///< "file:line" or the variable's name
};

/// The merged view; the highest layer wins per key, an empty string counts as set. Error{config}
/// for unknown keys (with a suggestion), wrong types, a schema other than 1, clone-only keys in
/// tracked files, and URLs that carry credentials.
class Settings {
 public:
  Settings();
  /// Adds a layer from TOML text; layers may come in any order.
  void add_file(SettingScope scope, std::string_view text, const std::string& file);
  /// One value: "MLOPS_DATA_STAGE" style variables, already mapped to its dotted name, or a flag.
  void set(SettingScope scope, std::string_view name, std::string_view value, std::string origin);

  /// The value set, else the built-in one; nothing when there is neither. Error{config}: no such
  /// key.
  std::optional<Setting> find(std::string_view name) const;
  /// Text form, empty when there is no value.
  std::string get_string(std::string_view name) const;
  bool get_bool(std::string_view name) const;
  std::uint64_t get_bytes(std::string_view name) const;
  /// All set keys, sorted by name, each with the layer that won.
  std::vector<Setting> all() const;

 private:
  std::map<std::string, Setting> values_;
};

/// The text of a config file with one key set or removed, everything else kept byte for byte; an
/// empty text becomes a new file. A table goes with its last key, unless it has a comment. Removing
/// what is not there changes nothing. Error{config} for an
/// unknown key, a value of the wrong type, and a file that cannot be read or holds the key within
/// an inline table.
std::string edit_setting(std::string_view text,
                         const std::string& file,
                         std::string_view name,
                         std::optional<std::string_view> value);

/// "MLOPS_DATA_STAGE" for "data.stage".
std::string environment_name(std::string_view setting);

}  // namespace mlops::config
