#include <cstddef>
#include <cstdint>
#include <optional>

#include "config/settings.h"
#include "fuzz/harness.h"

namespace {

using namespace mlops;
using namespace mlops::config;

void read_all(std::string_view text) {
  Settings settings;
  settings.add_file(SettingScope::clone, text, "config.toml");
  for (const auto& setting : settings.all()) {
    fuzz::require(settings.get_string(setting.name) == setting.value);
    settings.get_bool(setting.name);
    settings.get_bytes(setting.name);
    environment_name(setting.name);
  }
  settings.add_file(SettingScope::tracked, text, ".mlops/config.toml");
}

/// An edit changes what it is asked to change, and leaves a file that reads.
void edit(std::string_view text, std::string_view name, std::string_view value) {
  const auto edited = edit_setting(text, "config.toml", name, value);
  Settings settings;
  settings.add_file(SettingScope::clone, edited, "config.toml");
  fuzz::require(settings.get_string(name) == value);
  const auto removed = edit_setting(edited, "config.toml", name, std::nullopt);
  Settings without;
  without.add_file(SettingScope::clone, removed, "config.toml");
  for (const auto& setting : without.all()) {
    fuzz::require(setting.name != name);
  }
}

}  // namespace

/// The bytes as a settings file, as a file to edit, and as "NAME=VALUE" of the command line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::as_text(data, size);
  const auto ask = [](auto work) { fuzz::expect_only({ErrorKind::config}, work); };
  ask([&] { read_all(text); });
  ask([&] { edit(text, "data.stage", "false"); });
  ask([&] { edit(text, "remote.origin.url", "s3://bucket/x"); });
  const auto equals = std::min(text.find('='), text.size());
  const auto name = text.substr(0, equals);
  const auto value = text.substr(std::min(equals + 1, text.size()));
  ask([&] {
    const auto resolved = resolve_setting(name);
    Settings settings;
    settings.set(SettingScope::flag, name, value, "--set");
    fuzz::require(settings.get_string(resolved.name) == value);
    edit("", resolved.name, value);
  });
  return 0;
}
