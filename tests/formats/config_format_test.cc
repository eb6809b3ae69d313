#include <map>

#include <catch2/catch.hpp>

#include "config/settings.h"
#include "sample.h"

using namespace mlops;
using namespace mlops::formats;
using config::SettingScope;

namespace {

/// Each key, in the order in which the sample was written.
const std::vector<std::pair<std::string, std::string>> kSettings = {
    {"store.path", "/srv/mlops/\xC3\xA9quipe \"1\""},
    {"data.remote", "origin"},
    {"data.stage", "false"},
    {"data.push_hook", "refuse"},
    {"data.set.\"data/patients\".remote", "eu"},
    {"remote.origin.url", "s3://acme-ml/churn"},
    {"remote.origin.endpoint", ""},
    {"remote.origin.region", "eu-west-3"},
    {"remote.eu.url", "ssh://vault.example.org/srv/mlops"},
    {"run.push", "all"},
    {"container.engine", "podman"},
    {"container.user", "auto"},
    {"container.network", "none"},
    {"container.io", "copy"},
    {"cache.max_age", "1d12h"},
    {"cache.max_size", "1 TiB"},
    {"trust.\"pipeline.toml\".hooks",
     "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"},
};

}  // namespace

TEST_CASE("settings files of schema 1 are read for ever", "[config]") {
  const auto text = sample_text("config/config.toml");
  config::Settings settings;
  settings.add_file(SettingScope::clone, text, "config.toml");
  CHECK(settings.all().size() == kSettings.size());
  for (const auto& [name, value] : kSettings) {
    CAPTURE(name);
    const auto found = settings.find(name);
    REQUIRE(found);
    CHECK(found->value == value);
    CHECK(found->scope == SettingScope::clone);
  }
  for (const auto& key : config::setting_keys()) {
    CAPTURE(key.name);
    const auto star = key.name.find('*');
    CHECK(text.find(key.name.substr(key.name.rfind('.') + 1) + " = ") != std::string::npos);
    CHECK((star != std::string::npos || settings.find(key.name)->scope == SettingScope::clone));
  }
}

TEST_CASE("write the settings of this version", "[.write]") {
  std::string text;
  for (const auto& [name, value] : kSettings) {
    text = config::edit_setting(text, "config.toml", name, value);
  }
  test::write_file("config/config.toml", text);
}
