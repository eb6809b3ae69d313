#include "git/linked_tree.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/git_repo.h"

namespace mlops::git {

namespace {

namespace fs = std::filesystem;

OpenOptions options_of(const test::GitRepo& repo) {
  OpenOptions options;
  options.search_path = "/usr/local/bin:/usr/bin:/bin";
  options.environment = repo.env();
  return options;
}

bool has(const LinkedTree& tree, const std::string& path) {
  return std::find(tree.files().begin(), tree.files().end(), path) != tree.files().end();
}

}  // namespace

TEST_CASE("a linked tree has the index of the other, no files, and goes away whole") {
  const test::GitRepo repo;
  repo.write("a.txt", "1");
  repo.write(".gitignore", "*.log\n");
  repo.commit("one");
  repo.write("staged.txt", "2");
  repo.git({"add", "staged.txt"});
  repo.write("new name.txt", "3");
  repo.write("x.log", "4");
  const std::string hook = "#!/bin/sh\ntouch '" + (repo.directory() / "ran").string() + "'\n";
  for (const auto* name : {".git/hooks/post-checkout", ".git/hooks/reference-transaction"}) {
    repo.write(name, hook);
    fs::permissions(repo / name, fs::perms::owner_all);
  }
  const auto place = repo / ".git/mlops/experiments/x-1";
  const auto options = options_of(repo);
  const auto beside = open_repository(repo.path(), options);
  {
    const LinkedTree tree(*beside, options, place);
    CHECK(has(tree, "a.txt"));
    CHECK(has(tree, "staged.txt"));
    CHECK(has(tree, "new name.txt"));
    CHECK_FALSE(has(tree, "x.log"));
    CHECK(tree.ignored() == std::vector<std::string>{"x.log"});
    CHECK(std::distance(fs::directory_iterator(place), {}) == 1);  // .git
    CHECK(repo.git_in(place, {"ls-files"}) == ".gitignore\na.txt\nstaged.txt\n");
    CHECK(repo.git_in(place, {"rev-parse", "HEAD"}) == repo.git({"rev-parse", "HEAD"}));
    CHECK_FALSE(fs::exists(repo.directory() / "ran"));
  }
  CHECK_FALSE(fs::exists(place));
  CHECK(repo.git({"worktree", "list"}).find("x-1") == std::string::npos);
  CHECK_FALSE(fs::exists(repo / ".git/worktrees/x-1"));
}

TEST_CASE("another tree of the same name is left alone") {
  const test::GitRepo repo;
  repo.write("a.txt", "1");
  repo.commit("one");
  repo.git(
      {"worktree", "add", "-q", "-b", "feature", (repo.directory() / "u" / "feature").string()});
  const auto options = options_of(repo);
  const auto beside = open_repository(repo.path(), options);
  const auto place = repo.directory() / "mine" / "feature";
  {
    const LinkedTree tree(*beside, options, place);
    CHECK(repo.git_in(place, {"ls-files"}) == "a.txt\n");
  }
  CHECK(repo.git_in(repo.directory() / "u" / "feature", {"status", "--porcelain"}).empty());
  CHECK(repo.git({"worktree", "list"}).find("mine") == std::string::npos);
  // Nor is a tree that a link at our place leads to.
  fs::create_directories(place.parent_path());
  fs::create_directory_symlink(repo.directory() / "u" / "feature", place);
  CHECK_FALSE(LinkedTree::remove_left(repo / ".git", place));
  CHECK(repo.git_in(repo.directory() / "u" / "feature", {"status", "--porcelain"}).empty());
  CHECK_FALSE(fs::exists(fs::symlink_status(place)));
}

TEST_CASE("a split index is copied with the part that it shares") {
  const test::GitRepo repo;
  repo.write("a.txt", "1");
  repo.commit("one");
  repo.git({"update-index", "--split-index"});
  repo.write("b.txt", "2");
  repo.git({"add", "b.txt"});
  OpenOptions options = options_of(repo);
  options.backend = Backend::plumbing;
  const auto beside = open_repository(repo.path(), options);
  const LinkedTree tree(*beside, options, repo.directory() / "x-2");
  CHECK(repo.git_in(repo.directory() / "x-2", {"ls-files"}) == "a.txt\nb.txt\n");
}

TEST_CASE("without a commit there is no linked tree, and nothing is left") {
  const test::GitRepo repo;
  const auto options = options_of(repo);
  const auto beside = open_repository(repo.path(), options);
  const auto place = repo.directory() / "x-3";
  CHECK_THROWS_AS(LinkedTree(*beside, options, place), Error);
  CHECK_FALSE(fs::exists(place));
}

}  // namespace mlops::git
