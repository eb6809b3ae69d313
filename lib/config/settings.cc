#include "config/settings.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "config/setting_file.h"
#include "config/toml.h"

namespace mlops::config {

namespace {

bool is_tracked_scope(SettingScope scope) {
  return scope == SettingScope::tracked;
}

std::string value_text(const SettingKey& key, const Value& value) {
  if (key.type == "bool") {
    return value.as_bool() ? "true" : "false";
  }
  if (key.type == "bytes" && value.is(Value::Kind::integer)) {
    return std::to_string(value.as_integer());
  }
  return value.as_string();
}

void append_entries(const Table& table,
                    const std::vector<std::string>& above,
                    std::vector<SettingEntry>& entries) {
  for (const auto& key : table.keys()) {
    const auto value = table.require(key);
    auto segments = above;
    segments.push_back(key);
    if (above.empty() && key == "schema") {
      if (value.as_integer() != 1) {
        value.fail("this mlops reads schema 1 only", "a newer mlops may have written it");
      }
    } else if (value.is(Value::Kind::table)) {
      append_entries(value.as_table(), segments, entries);
    } else {
      entries.push_back({std::move(segments), value});
    }
  }
}

/// "remote.origin.url" when its segments fit a key; names with a dot within are kept apart.
const SettingKey& key_of(const SettingEntry& entry) {
  for (const auto& key : setting_keys()) {
    const auto parts = split(key.name, '.');
    bool fits = parts.size() == entry.segments.size();
    for (std::size_t i = 0; fits && i < parts.size(); ++i) {
      fits = parts[i] == "*" || parts[i] == entry.segments[i];
    }
    if (fits) {
      return key;
    }
  }
  try {
    resolve_setting(entry.name());
  } catch (const Error& error) {
    entry.value.fail("unknown key", error.hint());
  }
  entry.value.fail("unknown key");
}

}  // namespace

std::string SettingEntry::name() const {
  std::string text;
  for (const auto& segment : segments) {
    text += (text.empty() ? "" : ".") + toml_key(segment);
  }
  return text;
}

std::vector<SettingEntry> read_setting_entries(std::string_view text, const std::string& file) {
  const auto table = parse_toml(text, file);
  std::vector<SettingEntry> entries;
  append_entries(table, {}, entries);
  return entries;
}

Settings::Settings() = default;

void Settings::add_file(SettingScope scope, std::string_view text, const std::string& file) {
  for (const auto& entry : read_setting_entries(text, file)) {
    const auto& key = key_of(entry);
    if (key.clone_only && is_tracked_scope(scope)) {
      entry.value.fail("belongs to one clone and is refused in a tracked file",
                       "move it to mlops/config.toml in the git directory");
    }
    const auto value = value_text(key, entry.value);
    check_setting(key, value, to_string(entry.value.position()));
    const auto& position = entry.value.position();
    set(scope, entry.name(), value, fmt::format("{}:{}", position.file, position.line));
  }
}

void Settings::set(SettingScope scope,
                   std::string_view name,
                   std::string_view value,
                   std::string origin) {
  const auto resolved = resolve_setting(name);
  check_setting(*resolved.key, value, fmt::format("{}: {}", origin, resolved.name));
  auto& slot = values_[resolved.name];
  if (slot.name.empty() || slot.scope <= scope) {
    slot = {resolved.name, std::string(value), scope, std::move(origin)};
  }
}

std::optional<Setting> Settings::find(std::string_view name) const {
  const auto resolved = resolve_setting(name);
  if (const auto found = values_.find(resolved.name); found != values_.end()) {
    return found->second;
  }
  if (resolved.key->built_in.empty()) {
    return std::nullopt;
  }
  return Setting{resolved.name, resolved.key->built_in, SettingScope::built_in, "built-in"};
}

std::string Settings::get_string(std::string_view name) const {
  const auto setting = find(name);
  return setting ? setting->value : std::string();
}

bool Settings::get_bool(std::string_view name) const {
  return get_string(name) == "true";
}

std::uint64_t Settings::get_bytes(std::string_view name) const {
  return parse_bytes(get_string(name)).value_or(0);
}

std::vector<Setting> Settings::all() const {
  std::vector<Setting> settings;
  for (const auto& [name, setting] : values_) {
    settings.push_back(setting);
  }
  return settings;
}

}  // namespace mlops::config
