#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <set>

#include <catch2/catch.hpp>

#include "support/run_command.h"
#include "support/temp_dir.h"
#include "unit/pipeline/run_fixture.h"

/// What every environment promises (pipeline/stage_environment.h), seen through a run. Containers
/// need an engine: MLOPS_TEST_ENGINES names those that run ("docker podman"), each with an image
/// box:1 of busybox; tests/cli/container/contract.sh starts them.

namespace mlops::pipeline {
namespace {

namespace fs = std::filesystem;

struct Kind {
  std::string name;
  std::string text;    ///< of [environment.e]
  std::string engine;  ///< of a container
};

/// A prefix as conda leaves it, with one package and a program.
void make_conda_prefix(const fs::path& prefix) {
  fs::create_directories(prefix / "conda-meta");
  fs::create_directories(prefix / "bin");
  test::write_file(prefix / "conda-meta" / "tool-1.0-0.json",
                   R"({"name": "tool", "version": "1.0", "build": "0", "md5": "aa"})");
  fs::copy_file("/bin/busybox", prefix / "bin" / "tool");
}

std::vector<Kind> kinds(const fs::path& scratch) {
  const auto prefix = scratch / "prefix";
  make_conda_prefix(prefix);
  const auto conda = "type = \"conda\"\nprefix = \"" + prefix.string() + "\"\n";
  std::vector<Kind> all{{"process", "type = \"process\"\ntools = [\"echo 1\"]\n", ""},
                        {"venv", "type = \"venv\"\npath = \".venv\"\n", ""},
                        {"conda", conda, ""}};
  const auto* engines = std::getenv("MLOPS_TEST_ENGINES");
  for (const std::string engine : {"docker", "podman"}) {
    if (engines == nullptr || std::string(engines).find(engine) == std::string::npos) {
      continue;
    }
    const std::string image = "image = \"box:1\"\n";
    all.push_back({engine, "type = \"container\"\npull = \"never\"\n" + image, engine});
    all.push_back({engine + " with a conda prefix", conda + image, engine});
  }
  return all;
}

class EnvironmentFixture : public testing::RunFixture {
 public:
  explicit EnvironmentFixture(const Kind& kind) : kind_(kind) {
    repo.write(".gitignore", ".venv\n");
    if (!kind.engine.empty()) {
      repo.write(".mlops/config.toml",
                 "schema = 1\n[container]\nengine = \"" + kind.engine + "\"\n");
      for (const auto* name : {"DOCKER_HOST", "CONTAINERS_CONF", "CONTAINERS_STORAGE_CONF"}) {
        if (const auto* value = std::getenv(name); value != nullptr) {
          environment[name] = value;
        }
      }
    }
  }

  void stage(const std::string& text) {
    pipeline("[environment.e]\n" + kind_.text + "[stage.s]\nenvironment = \"e\"\n" + text);
  }

 private:
  const Kind& kind_;
};

void for_each_kind(const std::function<void(EnvironmentFixture&)>& body) {
  const test::TempDir scratch;
  for (const auto& kind : kinds(scratch.path())) {
    CAPTURE(kind.name);
    EnvironmentFixture fixture(kind);
    body(fixture);
  }
}

bool has_event(const EnvironmentFixture& f, const std::string& event) {
  const auto& events = f.observer.events;
  return std::find(events.begin(), events.end(), event) != events.end();
}

}  // namespace

TEST_CASE("environments: a stage runs, its output arrives, and its result is found again") {
  for_each_kind([](EnvironmentFixture& f) {
    f.stage(
        "cmd = \"echo said; echo wrote > out.txt; echo loud >&2\"\n"
        "cache = \"always\"\nouts = [\"out.txt\"]\n");
    f.run();
    REQUIRE(f.states() == "s ran");
    CHECK(has_event(f, "s: said"));
    CHECK(has_event(f, "s: loud"));
    CHECK(f.repo.read("out.txt") == "wrote\n");
    CHECK(f.result("s").exit_code == 0);
    const auto grade = f.result("s").grade;
    CHECK(std::set<std::string>{"strong", "pinned", "observed"}.contains(grade));
    f.run();
    CHECK(f.states() == "s cached");
    CHECK(f.result("s").grade == grade);
    RunOptions look;
    look.mode = RunMode::dry_run;
    f.run(look);
    CHECK(f.states() == "s cached");
  });
}

TEST_CASE("environments: a look prepares nothing") {
  for_each_kind([](EnvironmentFixture& f) {
    f.stage("cmd = \"true\"\ncache = \"always\"\n");
    const auto state = f.open()->state_directory();
    RunOptions look;
    look.mode = RunMode::dry_run;
    f.run(look);
    CHECK(f.states() == "s would run");
    CHECK_FALSE(f.exists(".venv"));
    CHECK_FALSE(fs::exists(state / "conda"));
    CHECK_FALSE(fs::exists(state / "last-images"));
    CHECK_FALSE(fs::exists(state / "runs"));
  });
}

TEST_CASE("environments: what the command does is a result, with its code") {
  for_each_kind([](EnvironmentFixture& f) {
    f.stage("cmd = \"exit 3\"\n");
    f.run();
    CHECK(f.result("s").failure == FailureClass::user);
    CHECK(f.result("s").exit_code == 3);
    f.stage("cmd = [\"nonesuch-program\"]\n");
    f.run();
    CHECK(f.result("s").failure == FailureClass::user);
    CHECK(f.result("s").exit_code == 127);
    CHECK_FALSE(f.result("s").hint.empty());
  });
}

TEST_CASE("environments: a stage sees the variables that it declares, and no others of the user") {
  for_each_kind([](EnvironmentFixture& f) {
    f.environment["WANTED"] = "yes";
    f.stage(
        "cmd = \"env > out.txt\"\nouts = [\"out.txt\"]\n"
        "env = { set = { MINE = \"a b\" }, pass = [\"WANTED\"] }\n");
    f.run();
    REQUIRE(f.states() == "s ran");
    const auto seen = "\n" + f.repo.read("out.txt");
    CHECK(seen.find("\nMINE=a b\n") != std::string::npos);
    CHECK(seen.find("\nWANTED=yes\n") != std::string::npos);
    CHECK(seen.find("\nMLOPS_PARAMS=") != std::string::npos);
    CHECK(seen.find("\nHOME=") != std::string::npos);
    CHECK(seen.find("SECRET_OF_THE_USER") == std::string::npos);
  });
}

TEST_CASE("environments: a timeout and an interrupt end a stage that does not listen") {
  for_each_kind([](EnvironmentFixture& f) {
    f.stage(
        "cmd = \"trap '' TERM; echo up; while true; do sleep 0.1; done\"\n"
        "timeout = { run = \"1s\", grace = \"1s\" }\n");
    f.run();
    CHECK(f.result("s").failure == FailureClass::timeout);
    f.stage(
        "cmd = \"trap '' TERM; echo up; while true; do sleep 0.1; done\"\n"
        "timeout = { grace = \"1s\" }\n");
    f.observer.hook = [&](const std::string& event) {
      if (event == "s: up") {
        f.cancel->cancel();
      }
    };
    f.run();
    f.observer.hook = nullptr;
    CHECK(f.result("s").failure == FailureClass::interrupted);
  });
}

}  // namespace mlops::pipeline
