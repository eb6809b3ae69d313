#include <regex>

#include <catch2/catch.hpp>

#include "expect_error.h"
#include "os/file.h"
#include "pipeline/build_context.h"
#include "pipeline/container_attempt.h"
#include "pipeline/container_copy.h"
#include "pipeline/container_engine.h"
#include "pipeline/env_file.h"
#include "support/run_command.h"
#include "support/temp_dir.h"

namespace mlops::pipeline {

TEST_CASE("mounts of any path are what the engine understands") {
  using Words = std::vector<std::string>;
  const auto writes = Mount::Access::read_write;
  const auto reads = Mount::Access::read_only;
  for (const auto engine : {EngineKind::docker, EngineKind::podman}) {
    CHECK(mount_arguments(engine, {"/a b:c", "/a b:c", writes}) ==
          Words{"--mount", "type=bind,source=/a b:c,target=/a b:c"});
    CHECK(mount_arguments(engine, {"/x", "/a", reads}) ==
          Words{"--mount", "type=bind,source=/x,target=/a,readonly"});
  }
  const std::filesystem::path path = "/a,readonly=\"x\"";
  const Mount hostile{path, path, writes};
  CHECK(mount_arguments(EngineKind::docker, hostile)[1] ==
        "type=bind,\"source=/a,readonly=\"\"x\"\"\",\"target=/a,readonly=\"\"x\"\"\"");
  CHECK(mount_arguments(EngineKind::podman, hostile) ==
        Words{"--volume", "/a,readonly=\"x\":/a,readonly=\"x\""});
  CHECK(mount_arguments(EngineKind::podman, {"/a,b", "/a,b", reads})[1] == "/a,b:/a,b:ro");
  testing::expect_error(ErrorKind::config, "cannot be mounted by podman", [&] {
    mount_arguments(EngineKind::podman, {"/a,b:c", "/a,b:c", writes});
  });
}

TEST_CASE("directories go to a container in an archive that any tar reads") {
  const test::TempDir temp;
  const std::string deep = "/top/" + std::string(120, 'd') + "/" + std::string(120, 'e');
  test::write_file(temp / "a.tar",
                   tar_of_directories({"/work/a b", deep, "/work/../other/"}, 1000, 0));
  const auto listed = test::run_command(
      {"/bin/tar", "--numeric-owner", "-tvf", (temp / "a.tar").string()}, {"TZ=UTC"}, temp.path());
  REQUIRE(listed.exit_code == 0);
  // How wide tar makes the column of sizes is its own affair.
  const std::string out = std::regex_replace(listed.out, std::regex(" +0 1970"), " 0 1970");
  const std::string start = "drwxr-xr-x 1000/0 0 1970-01-01 00:00 ";
  CHECK(out == start + "work/a b/\n" + start + deep.substr(1) + "/\n" + start + "other/\n");
}

TEST_CASE("what a stage wrote in a container is what lies in its tree, not what holds it") {
  const std::vector<std::string> changed{
      "/w", "/w/t", "/w/t/new", "/w/t/d", "/w/t/d/x", "/w/t/d.txt", "/w/tree", "/tmp/y"};
  CHECK(find_written(changed, "/w/t") == std::vector<std::string>{"d.txt", "d/x", "new"});
}

TEST_CASE("variables go into a file of this user alone, or by name, and are gone afterwards") {
  const test::TempDir temp;
  std::filesystem::path path;
  {
    const EnvFile file(temp.path(), {{"A", "one two"}, {"B", "x\ny"}, {"C", "'"}, {"D", ""}});
    path = file.path();
    CHECK(os::lstat_file(path)->mode == 0600U);
    CHECK(test::read_file(path) == "A=one two\nB\nC\nD=\n");
    CHECK(file.for_client() == std::vector<std::string>{"B=x\ny", "C='"});
  }
  CHECK_FALSE(os::lstat_file(path).has_value());
  for (const std::string value : {"#x", " x", "x ", "a\\b", "$A", "\xff", "\r"}) {
    const EnvFile file(temp.path(), {{"V", value}});
    CHECK(test::read_file(file.path()) == "V\n");
  }
  CHECK(EnvFile(temp.path(), {{"V", std::string(100'000, 'x')}}).for_client().size() == 1);
  // The client would obey it.
  for (const std::string name : {"PATH", "HOME", "DOCKER_HOST", "XDG_RUNTIME_DIR", "LD_PRELOAD"}) {
    CHECK(EnvFile(temp.path(), {{name, "plain"}}).for_client().empty());
    testing::expect_error(ErrorKind::config, "cannot be handed to a container", [&] {
      EnvFile(temp.path(), {{name, "a\nb"}});
    });
  }
}

TEST_CASE("the last pattern of .dockerignore that matches decides") {
  const IgnorePatterns ignored("# no\n\n*.log\n/build/\ndata/**\n!data/keep.csv\n");
  CHECK(ignored.ignores("a.log"));
  CHECK_FALSE(ignored.ignores("sub/a.log"));
  CHECK(ignored.ignores("build/deep/x"));
  CHECK(ignored.ignores("data/other.csv"));
  CHECK_FALSE(ignored.ignores("data/keep.csv"));
  CHECK_FALSE(ignored.ignores("# no"));
}

TEST_CASE("an engine that nobody answers for is apart from one that refuses") {
  CHECK(is_engine_gone("Cannot connect to the Docker daemon at unix:///x. Is the docker daemon…"));
  CHECK(is_engine_gone("error during connect: Get http://x: EOF"));
  CHECK_FALSE(is_engine_gone("Error response from daemon: No such image: x"));
}

}  // namespace mlops::pipeline
