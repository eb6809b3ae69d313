#include <catch2/catch.hpp>

#include "contract/git_contract.h"
#include "git/repository.h"
#include "support/git_repo.h"

using namespace mlops::test;  // NOLINT(google-build-using-namespace): the suite's own vocabulary
using mlops::git::Backend;
namespace fs = std::filesystem;
using Paths = std::vector<std::string>;

TEST_CASE("a repository is found from its subdirectories, and only there", "[git]") {
  const auto backend = every_backend();
  const GitRepo repo;
  repo.write("a/b/c", "x");
  const auto options = options_for(repo, backend);
  CHECK(open_at(repo / "a/b", options)->work_tree() == repo.path());
  CHECK(mlops::git::open_repository(repo.directory(), options) == nullptr);
  CHECK(mlops::git::open_repository(repo.directory() / "home", options) == nullptr);
}

TEST_CASE("paths mean the same from a subdirectory", "[git]") {
  const GitRepo repo;
  repo.write("a/f", "1");
  repo.write("f", "2");
  const auto head = repo.commit("first");
  const auto git = open_at(repo / "a", options_for(repo, every_backend()));
  CHECK(git->find_entry(head, "f")->oid == git->hash_blob("2"));
  CHECK(paths_of(git->list_tree(head, "")) == Paths{"a/f", "f"});
  CHECK(paths_of(git->list_index()) == Paths{"a/f", "f"});
  repo.write("a/new", "n");
  git->stage({"a/new"});
  CHECK(git->list_changed() == Paths{"a/new"});
}

TEST_CASE("GIT_DIR and its like point nowhere else", "[git]") {
  const GitRepo repo;
  const GitRepo other;
  auto options = options_for(repo, every_backend());
  options.environment.push_back("GIT_DIR=" + (other / ".git").string());
  options.environment.push_back("GIT_WORK_TREE=" + other.path().string());
  options.environment.push_back("GIT_INDEX_FILE=" + (other / ".git/index").string());
  const auto git = open_at(repo.path(), options);
  CHECK(git->git_dir() == repo / ".git");
  repo.write("a", "a");
  git->stage({"a"});
  CHECK(repo.git({"ls-files"}) == "a\n");
}

TEST_CASE("bare repositories and git directories are refused", "[git]") {
  const auto backend = every_backend();
  const GitRepo repo;
  repo.git({"clone",
            "--quiet",
            "--bare",
            repo.path().string(),
            (repo.directory() / "bare.git").string()});
  const auto options = options_for(repo, backend);
  CHECK(error_kind([&] { mlops::git::open_repository(repo.directory() / "bare.git", options); }) ==
        "config");
  CHECK(error_kind([&] { mlops::git::open_repository(repo / ".git", options); }) == "config");
  CHECK(error_kind([&] { mlops::git::open_repository(repo / ".git/refs", options); }) == "config");
}

TEST_CASE("linked work trees share refs and have an index of their own", "[git]") {
  const GitRepo repo;
  repo.write("a", "a");
  const auto head = repo.commit("first");
  const auto linked = repo.directory() / "linked";
  repo.git({"worktree", "add", "--quiet", "-b", "side", linked.string()});
  const auto git = open_at(linked, options_for(repo, every_backend()));
  CHECK(git->work_tree() == linked);
  CHECK(git->git_dir() == repo / ".git/worktrees/linked");
  CHECK(git->common_dir() == repo / ".git");
  CHECK(git->traits().linked_work_tree);
  CHECK(git->head_branch() == "side");
  CHECK(git->find_commit("main") == head);
  write_file(linked / "b", "b");
  git->stage({"b"});
  CHECK(paths_of(git->list_index()) == Paths{"a", "b"});
  CHECK(repo.git({"ls-files"}) == "a\n");
  repo.write(".git/info/exclude", "x\n");
  CHECK(git->is_ignored("x"));
}

TEST_CASE("a sparse checkout: absent files are not changed", "[git]") {
  const GitRepo repo;
  repo.write("in/a", "a");
  repo.write("out/b", "b");
  repo.commit("first");
  repo.git({"config", "core.sparseCheckout", "true"});
  repo.write(".git/info/sparse-checkout", "/in/\n");
  repo.git({"read-tree", "-mu", "HEAD"});
  REQUIRE_FALSE(fs::exists(repo / "out/b"));
  const auto git = open_repo(repo, every_backend());
  CHECK(git->traits().sparse);
  CHECK(git->list_changed().empty());
  CHECK(git->is_tracked("out/b"));
  repo.write("in/a", "changed");
  CHECK(git->list_changed() == Paths{"in/a"});
}

TEST_CASE("a sparse checkout by git's own command, with a sparse index", "[git]") {
  const GitRepo repo;
  repo.write("in/a", "a");
  repo.write("out/deep/b", "b");
  const auto head = repo.commit("first");
  repo.git({"sparse-checkout", "set", "--cone", "--sparse-index", "in"});
  const auto git = open_repo(repo, Backend::automatic);
  CHECK(git->implementation() == "git");
  CHECK(git->traits().sparse);
  CHECK(paths_of(git->list_index()) == Paths{"in/a", "out/deep/b"});
  CHECK(git->is_tracked("out/deep/b"));
  CHECK(git->list_changed().empty());
  CHECK(paths_of(git->list_tree(head, "out")) == Paths{"out/deep/b"});
  CHECK(error_kind([&] { open_repo(repo, Backend::libgit2); }) == "config");
}

TEST_CASE("a shallow clone ends where it ends", "[git]") {
  const GitRepo repo;
  repo.write("a", "1");
  const auto first = repo.commit("first");
  repo.write("a", "2");
  const auto second = repo.commit("second");
  const auto clone = repo.directory() / "clone";
  repo.git({"clone", "--quiet", "--depth", "1", "file://" + repo.path().string(), clone.string()});
  const auto git = open_at(clone, options_for(repo, Backend::automatic));
  CHECK(git->implementation() == "git");
  CHECK(git->traits().shallow);
  CHECK(git->find_commit("HEAD") == second);
  CHECK(git->find_commit("HEAD~1") == std::nullopt);
  CHECK(git->find_commit(first) == std::nullopt);
  CHECK(git->read_commit(second).parents == std::vector<std::string>{first});
  CHECK(git->merge_base(second, second) == second);
  CHECK(error_kind([&] { git->read_commit(first); }) == "corrupt");
  CHECK(error_kind([&] { open_at(clone, options_for(repo, Backend::libgit2)); }) == "config");
}

TEST_CASE("a partial clone fetches the blob that is read", "[git]") {
  const GitRepo repo;
  repo.git({"config", "uploadpack.allowFilter", "true"});
  repo.git({"config", "uploadpack.allowAnySHA1InWant", "true"});
  repo.write("a", "old bytes");
  const auto first = repo.commit("first");
  repo.write("a", "new bytes");
  repo.commit("second");
  const auto clone = repo.directory() / "clone";
  repo.git(
      {"clone", "--quiet", "--filter=blob:none", "file://" + repo.path().string(), clone.string()});
  const auto git = open_at(clone, options_for(repo, Backend::automatic));
  CHECK(git->implementation() == "git");
  CHECK(git->traits().partial);
  const auto entry = git->find_entry(first, "a");
  REQUIRE(entry);
  CHECK(git->read_blob(entry->oid, 100) == "old bytes");
  CHECK(error_kind([&] { open_at(clone, options_for(repo, Backend::libgit2)); }) == "config");
}

TEST_CASE("a partial clone whose origin is gone says that the blob is missing", "[git]") {
  const GitRepo repo;
  repo.git({"config", "uploadpack.allowFilter", "true"});
  repo.write("a", "old bytes");
  const auto first = repo.commit("first");
  repo.write("a", "new bytes");
  repo.commit("second");
  const auto clone = repo.directory() / "clone";
  repo.git(
      {"clone", "--quiet", "--filter=blob:none", "file://" + repo.path().string(), clone.string()});
  repo.git_in(clone, {"remote", "set-url", "origin", "file:///nonexistent"});
  const auto git = open_at(clone, options_for(repo, Backend::automatic));
  const auto oid = git->find_entry(first, "a")->oid;
  CHECK(error_kind([&] { git->read_blob(oid, 100); }) == "corrupt");
}

TEST_CASE("a SHA-256 repository is served by git", "[git]") {
  const GitRepo repo({"--object-format=sha256"});
  repo.write("a", "a");
  const auto head = repo.commit("first");
  repo.git({"tag", "-a", "-m", "x", "v1"});
  REQUIRE(head.size() == 64);
  const auto git = open_repo(repo, Backend::automatic);
  CHECK(git->implementation() == "git");
  CHECK(git->traits().sha256);
  CHECK(git->find_commit("v1") == head);
  const auto entry = git->find_entry(head, "a");
  REQUIRE(entry);
  CHECK(entry->oid.size() == 64);
  CHECK(git->read_blob(entry->oid, 1) == "a");
  CHECK(git->hash_blob("a") == entry->oid);
  CHECK(git->list_index().front().oid == entry->oid);
  CHECK(git->list_refs().size() == 2);
  CHECK(error_kind([&] { git->read_blob(std::string(40, '1'), 1); }) == "usage");
  CHECK(error_kind([&] { open_repo(repo, Backend::libgit2); }) == "config");
}

TEST_CASE("extensions and index formats that libgit2 does not know are served by git", "[git]") {
  const GitRepo repo;
  repo.write("a", "a");
  const auto head = repo.commit("first");
  SECTION("configuration of its own for each work tree") {
    repo.git({"config", "extensions.worktreeConfig", "true"});
  }
  SECTION("a split index") {
    repo.git({"update-index", "--split-index"});
  }
  SECTION("an extension of which nobody heard") {
    repo.git({"config", "core.repositoryFormatVersion", "1"});
    repo.git({"config", "extensions.noop-v1", "true"});
  }
  CHECK(error_kind([&] { open_repo(repo, Backend::libgit2); }) == "config");
  const auto git = open_repo(repo, Backend::automatic);
  CHECK(git->implementation() == "git");
  CHECK(git->find_commit("HEAD") == head);
  CHECK(paths_of(git->list_index()) == Paths{"a"});
}

TEST_CASE("submodules are entries of their own and no change", "[git]") {
  const GitRepo inner;
  inner.write("x", "x");
  inner.commit("inner");
  const GitRepo repo;
  repo.git({"-c",
            "protocol.file.allow=always",
            "submodule",
            "--quiet",
            "add",
            inner.path().string(),
            "sub"});
  const auto head = repo.commit("outer");
  repo.write("sub/x", "changed");
  const auto git = open_repo(repo, every_backend());
  CHECK(git->find_entry(head, "sub")->kind == mlops::git::EntryKind::submodule);
  CHECK(paths_of(git->list_tree(head, "")) == Paths{".gitmodules", "sub"});
  CHECK(git->list_changed().empty());
}

TEST_CASE("replace refs are not followed", "[git]") {
  const GitRepo repo;
  repo.write("a", "true");
  const auto head = repo.commit("first");
  const auto git = open_repo(repo, every_backend());
  const auto oid = git->find_entry(head, "a")->oid;
  repo.write("b", "forged");
  const auto forged = git->hash_blob("forged");
  repo.git({"add", "b"});
  repo.git({"replace", oid, forged});
  CHECK(open_repo(repo, git->implementation() == "git" ? Backend::plumbing : Backend::libgit2)
            ->read_blob(oid, 100) == "true");
}
