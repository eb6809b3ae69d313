#include "config/settings.h"

#include <catch2/catch.hpp>

#include "unit/config/refusal.h"

using mlops::config::Settings;
using mlops::config::SettingScope;
using mlops::test::Refusal;
using mlops::test::refusal_of;

namespace {

constexpr std::string_view kSample = R"(# .mlops/config.toml
schema = 1
[remote.origin]
url = "s3://acme-ml/churn"
endpoint = ""
region = "eu-west-3"
[remote.eu]
url = "ssh://vault.example.org/srv/mlops"
[data]
remote = "origin"
stage = true
push_hook = "push"
[data.set."data/patients"]
remote = "eu"
[run]
push = "strong"
[container]
engine = "auto"
user = "auto"
network = "none"
io = "bind"
[store]
path = ""
[cache]
max_age = "90d"
max_size = "100GiB"
[trust]
)";

Refusal tracked_refusal(std::string_view text) {
  return refusal_of([&] { Settings().add_file(SettingScope::tracked, text, "config.toml"); });
}

}  // namespace

TEST_CASE("the conformance sample is read, key by key", "[settings]") {
  Settings settings;
  settings.add_file(SettingScope::clone, kSample, "config.toml");
  CHECK(settings.get_string("remote.origin.url") == "s3://acme-ml/churn");
  CHECK(settings.get_string("remote.origin.region") == "eu-west-3");
  CHECK(settings.get_string("data.set.data/patients.remote") == "eu");
  CHECK(settings.get_string("data.set.\"data/patients\".remote") == "eu");
  CHECK(settings.get_bool("data.stage"));
  CHECK(settings.get_bytes("cache.max_size") == 100ULL << 30U);
  CHECK(settings.find("remote.eu.url")->origin == "config.toml:8");
  CHECK(settings.find("remote.eu.url")->scope == SettingScope::clone);
  CHECK(settings.find("remote.none.url") == std::nullopt);
  CHECK(settings.all().size() == 16);
}

TEST_CASE("built-in values stand where no layer speaks", "[settings]") {
  const Settings settings;
  CHECK(settings.get_bool("data.stage"));
  CHECK(settings.get_string("run.push") == "strong");
  CHECK(settings.find("run.push")->scope == SettingScope::built_in);
  CHECK(settings.find("store.path") == std::nullopt);
  CHECK(settings.get_string("store.path").empty());
  CHECK(settings.all().empty());
}

TEST_CASE("the highest layer wins, in whatever order layers come", "[settings]") {
  Settings settings;
  settings.set(SettingScope::environment, "data.stage", "false", "MLOPS_DATA_STAGE");
  settings.add_file(SettingScope::tracked, "[data]\nstage = true\nremote = 't'\n", "t.toml");
  settings.add_file(SettingScope::user, "[data]\nremote = 'u'\n", "u.toml");
  CHECK_FALSE(settings.get_bool("data.stage"));
  CHECK(settings.find("data.stage")->origin == "MLOPS_DATA_STAGE");
  CHECK(settings.get_string("data.remote") == "t");
  settings.set(SettingScope::flag, "data.stage", "true", "--stage");
  CHECK(settings.get_bool("data.stage"));
}

TEST_CASE("unknown settings are refused with a suggestion", "[settings]") {
  const auto refusal = tracked_refusal("schema = 1\n[data]\nstaeg = true\n");
  CHECK(refusal.message == "config.toml:3: data.staeg: unknown key");
  CHECK(refusal.hint.find("data.stage") != std::string::npos);
  CHECK(tracked_refusal("name = 'x'\n").message == "config.toml:1: name: unknown key");
  CHECK(tracked_refusal("[trust]\nx = 'y'\n").kind == "config");
  CHECK(refusal_of([] { Settings().find("data.staeg"); }).message ==
        "unknown setting 'data.staeg'");
}

TEST_CASE("types are checked with file and line", "[settings]") {
  CHECK(tracked_refusal("[data]\nstage = 'yes'\n").message ==
        "config.toml:2: data.stage: must be true or false, not a string");
  CHECK(tracked_refusal("[cache]\nmax_age = 'soon'\n").message ==
        "config.toml:2: cache.max_age: must be a duration such as '90d', not 'soon'");
  CHECK(tracked_refusal("[cache]\nmax_size = '-1'\n").kind == "config");
  const auto refusal = tracked_refusal("[container]\nengine = 'dokcer'\n");
  CHECK(refusal.message ==
        "config.toml:2: container.engine: must be one of auto, docker, podman, not 'dokcer'");
  CHECK(refusal.hint.find("docker") != std::string::npos);
  CHECK(tracked_refusal("[run]\npush = ['strong']\n").kind == "config");
  CHECK(refusal_of([] {
          Settings().set(SettingScope::environment, "data.stage", "1", "MLOPS_DATA_STAGE");
        }).message == "MLOPS_DATA_STAGE: data.stage: must be true or false, not '1'");
}

TEST_CASE("only schema 1 is read", "[settings]") {
  CHECK(tracked_refusal("schema = 2\n").message ==
        "config.toml:1: schema: this mlops reads schema 1 only");
  CHECK(tracked_refusal("schema = '1'\n").kind == "config");
}

TEST_CASE("a clone's own keys are refused in tracked files", "[settings]") {
  CHECK(tracked_refusal("[store]\npath = '/tmp/x'\n").message ==
        "config.toml:2: store.path: belongs to one clone and is refused in a tracked file");
  Settings settings;
  settings.add_file(SettingScope::clone, "[store]\npath = '/srv/store'\n", "c.toml");
  CHECK(settings.get_string("store.path") == "/srv/store");
}

TEST_CASE("credentials in URLs and keys are refused and not repeated", "[settings][case-63]") {
  for (const std::string url : {"https://user:hunter2@example.org/x",
                                "https://hunter2@example.org/x",
                                "ssh://u:hunter2@example.org/x",
                                "ssh://u%3Ahunter2@example.org/x",
                                "s3://AKIA:hunter2@bucket/x",
                                "user:hunter2@example.org:x",
                                "https://example.org/x?X-Amz-Signature=hunter2",
                                "https://example.org/x?sig=hunter2",
                                "https://example.org/x#access_token=hunter2",
                                "HTTPS://u:hunter2@example.org",
                                "https://a@b:hunter2@example.org/"}) {
    for (const auto* const key : {"url", "endpoint"}) {
      INFO(url);
      const auto refusal =
          tracked_refusal("[remote.o]\n" + std::string(key) + " = \"" + url + "\"\n");
      CHECK(refusal.kind == "config");
      CHECK(refusal.message.find("carries credentials") != std::string::npos);
      CHECK((refusal.message + refusal.hint).find("hunter2") == std::string::npos);
    }
  }
  for (const std::string url : {"s3://bucket/path",
                                "ssh://git@example.org/x",
                                "git@example.org:x/y",
                                "/srv/a@b",
                                "https://example.org:8443/a@b",
                                "../store",
                                "https://example.org/x?versionId=1",
                                "file:///srv/x"}) {
    INFO(url);
    CHECK(tracked_refusal("[remote.o]\nurl = \"" + url + "\"\n").message.empty());
  }
  CHECK(tracked_refusal("[remote.o]\nsecret_access_key = 'k'\n")
            .hint.find("credentials do not belong") != std::string::npos);
}

TEST_CASE("names of remotes and data sets are plain", "[settings]") {
  for (const auto* const name : {"\"-x\"", "\"a b\"", "\"a/b\"", "\"..\"", "\"\\u001b\""}) {
    INFO(name);
    CHECK(tracked_refusal("[remote." + std::string(name) + "]\nurl = 'x'\n").kind == "config");
  }
  Settings settings;
  settings.add_file(SettingScope::tracked, "[data.set.\"a b/c.csv\"]\nremote = 'eu'\n", "f");
  CHECK(settings.get_string("data.set.a b/c.csv.remote") == "eu");
}

TEST_CASE("environment names", "[settings]") {
  CHECK(mlops::config::environment_name("data.stage") == "MLOPS_DATA_STAGE");
  CHECK(mlops::config::environment_name("cache.max_age") == "MLOPS_CACHE_MAX_AGE");
}
