#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "git/repository.h"
#include "support/git_repo.h"

using mlops::git::Backend;
using mlops::git::open_repository;
using mlops::git::OpenOptions;
using mlops::test::GitRepo;

namespace {

OpenOptions options_for(const GitRepo& repo, Backend backend) {
  OpenOptions options;
  options.backend = backend;
  options.search_path = "/usr/local/bin:/usr/bin:/bin";
  options.environment = repo.env();
  return options;
}

}  // namespace

TEST_CASE("libgit2 is the first choice", "[git]") {
  const GitRepo repo;
  CHECK(open_repository(repo.path(), options_for(repo, Backend::automatic))->implementation() ==
        "libgit2");
}

TEST_CASE("a configuration named by a variable is git's to read", "[git]") {
  const GitRepo repo;
  auto options = options_for(repo, Backend::automatic);
  mlops::test::write_file(repo.directory() / "gitconfig", "[core]\nexcludesFile = /dev/null\n");
  options.environment.push_back("GIT_CONFIG_GLOBAL=" + (repo.directory() / "gitconfig").string());
  CHECK(open_repository(repo.path(), options)->implementation() == "git");
  options.environment.back() = "GIT_CONFIG_GLOBAL=/dev/null";
  CHECK(open_repository(repo.path(), options)->implementation() == "libgit2");
}

TEST_CASE("a repository of another user is refused until it is named safe", "[git]") {
  if (geteuid() != 0) {
    WARN("needs root: only root can give a directory away");
    return;
  }
  const auto backend = GENERATE(Backend::automatic, Backend::libgit2, Backend::plumbing);
  const GitRepo repo;
  repo.write("sub/x", "x");
  for (const auto& path : {repo.path(), repo / ".git", repo / "sub"}) {
    REQUIRE(chown(path.c_str(), 12345, 12345) == 0);
  }
  const auto options = options_for(repo, backend);
  try {
    open_repository(repo / "sub", options);
    FAIL("opened");
  } catch (const mlops::Error& error) {
    CHECK(error.kind() == mlops::ErrorKind::config);
    CHECK(error.message() ==
          "the repository at '" + repo.path().string() + "' belongs to another user");
    CHECK(error.hint().find("safe.directory " + repo.path().string()) != std::string::npos);
  }
  mlops::test::write_file(repo.directory() / "home/.gitconfig",
                          "[safe]\ndirectory = " + repo.path().string() + "\n");
  CHECK(open_repository(repo / "sub", options) != nullptr);
}

TEST_CASE("a broken repository is an error, not absent", "[git]") {
  const auto backend = GENERATE(Backend::automatic, Backend::libgit2, Backend::plumbing);
  const GitRepo repo;
  repo.write(".git/config", "[core\n");
  CHECK_THROWS_AS(open_repository(repo.path(), options_for(repo, backend)), mlops::Error);
}

TEST_CASE("without git, libgit2 serves what it can and stages nothing", "[git]") {
  const GitRepo repo;
  repo.write("a", "a");
  auto options = options_for(repo, Backend::automatic);
  options.search_path = "/nonexistent";
  const auto git = open_repository(repo.path(), options);
  CHECK(git->implementation() == "libgit2");
  CHECK_THROWS_AS(git->stage({"a"}), mlops::Error);
  const GitRepo sha256({"--object-format=sha256"});
  CHECK_THROWS_AS(open_repository(sha256.path(), options), mlops::Error);
}

TEST_CASE("the version of git is digits", "[git]") {
  const GitRepo repo;
  const auto version = git_version(options_for(repo, Backend::automatic));
  REQUIRE(version);
  CHECK(version->find_first_not_of("0123456789.") == std::string::npos);
  CHECK(version->find('.') != std::string::npos);
}
