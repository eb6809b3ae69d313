#include <algorithm>
#include <chrono>
#include <set>

#include <catch2/catch.hpp>

#include "contract/git_contract.h"
#include "git/repository.h"
#include "support/git_repo.h"

using namespace mlops::test;  // NOLINT(google-build-using-namespace): the suite's own vocabulary
using mlops::git::Backend;
using mlops::git::EntryKind;
namespace fs = std::filesystem;
using Paths = std::vector<std::string>;

TEST_CASE("a normal repository: places, traits, HEAD", "[git]") {
  const auto backend = every_backend();
  const GitRepo repo;
  repo.write("a.txt", "a\n");
  const auto head = repo.commit("first");
  const auto git = open_repo(repo, backend);
  CHECK(git->implementation() == (backend == Backend::libgit2 ? "libgit2" : "git"));
  CHECK(git->work_tree() == repo.path());
  CHECK(git->git_dir() == repo.path() / ".git");
  CHECK(git->common_dir() == repo.path() / ".git");
  const auto traits = git->traits();
  CHECK(traits.has_commits);
  CHECK_FALSE(traits.bare);
  CHECK_FALSE(traits.shallow);
  CHECK_FALSE(traits.partial);
  CHECK_FALSE(traits.sparse);
  CHECK_FALSE(traits.linked_work_tree);
  CHECK_FALSE(traits.sha256);
  CHECK(git->find_commit("HEAD") == head);
  CHECK(git->head_branch() == "main");
}

TEST_CASE("no commits yet: HEAD names a branch that is not there", "[git]") {
  const GitRepo repo;
  const auto git = open_repo(repo, every_backend());
  repo.write("a.txt", "a\n");
  CHECK_FALSE(git->traits().has_commits);
  CHECK(git->find_commit("HEAD") == std::nullopt);
  CHECK(git->head_branch() == "main");
  CHECK(git->list_refs().empty());
  CHECK(git->list_index().empty());
  CHECK(git->list_changed().empty());
  CHECK_FALSE(git->is_tracked("a.txt"));
  git->stage({"a.txt"});
  CHECK(git->is_tracked("a.txt"));
  CHECK(git->list_changed() == Paths{"a.txt"});
}

TEST_CASE("commits by branch, tag, hash, and relative to another", "[git]") {
  const GitRepo repo;
  const auto first = repo.commit("first");
  const auto second = repo.commit("second");
  repo.git({"tag", "light", first});
  repo.git({"tag", "-a", "-m", "x", "model-v1", first});
  repo.git({"tag", "-a", "-m", "y", "nested", "model-v1"});
  repo.git({"branch", "feature/x", first});
  repo.git({"tag", "tree-tag", "HEAD^{tree}"});
  const auto git = open_repo(repo, every_backend());
  for (const auto& name : {std::string("light"),
                           std::string("model-v1"),
                           std::string("nested"),
                           std::string("feature/x"),
                           std::string("refs/tags/model-v1"),
                           std::string("HEAD~1"),
                           std::string("main^"),
                           first,
                           first.substr(0, 12)}) {
    INFO(name);
    CHECK(git->find_commit(name) == first);
  }
  CHECK(git->find_commit("main") == second);
  CHECK(git->find_commit(std::string(40, '1')) == std::nullopt);
  CHECK(git->find_commit("nope") == std::nullopt);
  CHECK(git->find_commit("HEAD~7") == std::nullopt);
  CHECK(git->find_commit("tree-tag") == std::nullopt);
}

TEST_CASE("a detached HEAD has no branch", "[git]") {
  const GitRepo repo;
  const auto head = repo.commit("first");
  repo.git({"checkout", "--quiet", "--detach"});
  const auto git = open_repo(repo, every_backend());
  CHECK(git->head_branch() == std::nullopt);
  CHECK(git->find_commit("HEAD") == head);
}

TEST_CASE("commit texts are read as git log shows them", "[git]") {
  const GitRepo repo;
  const auto first = repo.commit("first");
  const auto second = repo.commit("a subject\nin two lines\n\nand a body");
  const auto git = open_repo(repo, every_backend());
  const auto info = git->read_commit(second);
  CHECK(info.oid == second);
  CHECK(info.subject == "a subject in two lines");
  CHECK(info.author == "Ada Test <ada@example.org>");
  CHECK(info.time == 1700000000);
  CHECK(info.parents == std::vector<std::string>{first});
  CHECK(git->read_commit(first).parents.empty());
  CHECK(error_kind([&] { git->read_commit(std::string(40, '1')); }) == "corrupt");
  CHECK(error_kind([&] { git->read_commit("HEAD"); }) == "usage");
}

TEST_CASE("merge bases", "[git]") {
  const GitRepo repo;
  const auto base = repo.commit("base");
  repo.git({"checkout", "--quiet", "-b", "side"});
  const auto side = repo.commit("side");
  repo.git({"checkout", "--quiet", "main"});
  const auto main = repo.commit("main");
  repo.git({"checkout", "--quiet", "--orphan", "alone"});
  const auto alone = repo.commit("alone");
  const auto git = open_repo(repo, every_backend());
  CHECK(git->merge_base(side, main) == base);
  CHECK(git->merge_base(main, main) == main);
  CHECK(git->merge_base(main, alone) == std::nullopt);
  CHECK(error_kind([&] { git->merge_base(main, std::string(40, '1')); }) == "corrupt");
}

TEST_CASE("names of refs are listed without looking at what they lead to, up to a bound", "[git]") {
  const GitRepo repo;
  repo.write("a", "a");
  repo.commit("first");
  repo.git({"tag", "blob-tag", "HEAD:a"});
  repo.git({"branch", "b"});
  repo.git({"pack-refs", "--all"});
  repo.git({"branch", "loose"});
  const auto git = open_repo(repo, every_backend());
  auto names = git->list_ref_names(100);
  std::sort(names.begin(), names.end());
  CHECK(names ==
        Paths{"refs/heads/b", "refs/heads/loose", "refs/heads/main", "refs/tags/blob-tag"});
  CHECK(git->list_ref_names(2).size() == 2);
}

TEST_CASE("refs are sorted and peeled; those that are no commits are left out", "[git]") {
  const GitRepo repo;
  repo.write("a", "a");
  const auto first = repo.commit("first");
  repo.git({"tag", "-a", "-m", "x", "v1"});
  repo.git({"tag", "-a", "-m", "x", "v2-of-v1", "v1"});
  repo.git({"tag", "blob-tag", "HEAD:a"});
  repo.git({"tag", "-a", "-m", "x", "blob-tag-2", "HEAD:a"});
  repo.git({"branch", "b"});
  repo.git({"symbolic-ref", "refs/remotes/o/HEAD", "refs/heads/b"});
  repo.git({"symbolic-ref", "refs/remotes/o/gone", "refs/heads/gone"});
  const auto refs = open_repo(repo, every_backend())->list_refs();
  Paths names;
  for (const auto& ref : refs) {
    names.push_back(ref.name);
    CHECK(ref.commit == first);
  }
  CHECK(names == Paths{"refs/heads/b",
                       "refs/heads/main",
                       "refs/remotes/o/HEAD",
                       "refs/tags/v1",
                       "refs/tags/v2-of-v1"});
}

TEST_CASE("trees: entries, kinds, prefixes, order", "[git]") {
  const GitRepo repo;
  repo.write("dir/b.txt", "b\n");
  repo.write("dir/sub/c.txt", "c\n");
  repo.write("dir.txt", "d\n");
  repo.write("run.sh", "#!/bin/sh\n");
  fs::permissions(repo / "run.sh", fs::perms::owner_all);
  fs::create_symlink("dir.txt", repo / "link");
  const auto head = repo.commit("first");
  const auto git = open_repo(repo, every_backend());
  CHECK(paths_of(git->list_tree(head, "")) ==
        Paths{"dir.txt", "dir/b.txt", "dir/sub/c.txt", "link", "run.sh"});
  CHECK(paths_of(git->list_tree(head, "dir")) == Paths{"dir/b.txt", "dir/sub/c.txt"});
  CHECK(git->list_tree(head, "dir.txt").empty());
  CHECK(git->list_tree(head, "di").empty());
  CHECK(git->list_tree(head, "nope").empty());
  CHECK(git->find_entry(head, "dir")->kind == EntryKind::directory);
  CHECK(git->find_entry(head, "link")->kind == EntryKind::symlink);
  CHECK(git->find_entry(head, "run.sh")->kind == EntryKind::executable);
  const auto entry = git->find_entry(head, "dir/sub/c.txt");
  REQUIRE(entry);
  CHECK(entry->path == "dir/sub/c.txt");
  CHECK(entry->kind == EntryKind::file);
  CHECK(git->read_blob(entry->oid, 2) == "c\n");
  for (const auto* const none : {"nope",
                                 "dir/nope",
                                 "",
                                 "/dir",
                                 "dir/",
                                 "dir//sub",
                                 "./dir",
                                 "../repo/dir.txt",
                                 "dir.txt/x",
                                 "*",
                                 ":(top)dir"}) {
    INFO(none);
    CHECK(git->find_entry(head, none) == std::nullopt);
  }
}

TEST_CASE("blobs: bounded, exact, and missing ones are named", "[git]") {
  const GitRepo repo;
  const std::string content("line\nwith \0 NUL and no end", 25);
  repo.write("a", content);
  repo.write("empty", "");
  const auto head = repo.commit("first");
  const auto git = open_repo(repo, every_backend());
  const auto oid = git->find_entry(head, "a")->oid;
  CHECK(git->read_blob(oid, content.size()) == content);
  CHECK(error_kind([&] { git->read_blob(oid, content.size() - 1); }) == "config");
  CHECK(git->read_blob(git->find_entry(head, "empty")->oid, 0).empty());
  CHECK(error_kind([&] { git->read_blob(std::string(40, '1'), 10); }) == "corrupt");
  CHECK(error_kind([&] { git->read_blob(head, 10'000); }) == "corrupt");
  CHECK(error_kind([&] { git->read_blob("HEAD:a", 10); }) == "usage");
  CHECK(error_kind([&] { git->read_blob(oid + "\n" + oid, 10); }) == "usage");
  // One answer does not spoil the next.
  CHECK(git->read_blob(oid, 100) == content);
  CHECK(git->hash_blob(content) == oid);
  CHECK(git->hash_blob("") == git->find_entry(head, "empty")->oid);
}

TEST_CASE("the index: entries, tracked files and their parents", "[git]") {
  const GitRepo repo;
  repo.write("dir/a", "a");
  repo.write("dir0", "x");
  repo.commit("first");
  repo.write("new", "n");
  const auto git = open_repo(repo, every_backend());
  CHECK(paths_of(git->list_index()) == Paths{"dir/a", "dir0"});
  CHECK(git->is_tracked("dir/a"));
  CHECK(git->is_tracked("dir"));
  CHECK_FALSE(git->is_tracked("di"));
  CHECK_FALSE(git->is_tracked("dir/"));
  CHECK_FALSE(git->is_tracked("new"));
  CHECK_FALSE(git->is_tracked("d*"));
  CHECK_FALSE(git->is_tracked(""));
  repo.git({"add", "new"});
  CHECK(git->is_tracked("new"));
  CHECK(paths_of(git->list_index()) == Paths{"dir/a", "dir0", "new"});
}

TEST_CASE("during a conflict a path stands in the index once for each stage", "[git]") {
  const GitRepo repo;
  repo.write("f", "base\n");
  repo.commit("base");
  repo.git({"checkout", "--quiet", "-b", "side"});
  repo.write("f", "side\n");
  repo.commit("side");
  repo.git({"checkout", "--quiet", "main"});
  repo.write("f", "main\n");
  repo.commit("main");
  CHECK_THROWS(repo.git({"merge", "--quiet", "side"}));
  const auto git = open_repo(repo, every_backend());
  CHECK(paths_of(git->list_index()) == Paths{"f", "f", "f"});
  CHECK(git->is_tracked("f"));
  CHECK(git->list_changed() == Paths{"f"});
  const auto unmerged = git->list_unmerged();
  REQUIRE(unmerged.size() == 1);
  CHECK(unmerged[0].path == "f");
  REQUIRE((unmerged[0].base && unmerged[0].ours && unmerged[0].theirs));
  CHECK(git->read_blob(unmerged[0].base->oid, 100) == "base\n");
  CHECK(git->read_blob(unmerged[0].ours->oid, 100) == "main\n");
  CHECK(git->read_blob(unmerged[0].theirs->oid, 100) == "side\n");
  git->stage({"f"});
  CHECK(git->list_unmerged().empty());
}

TEST_CASE("a side of a conflict may have no file, or a link", "[git]") {
  const bool is_sha256 = GENERATE(false, true);
  const auto backend = is_sha256 ? Backend::plumbing : every_backend();
  const GitRepo repo(is_sha256 ? std::vector<std::string>{"--object-format=sha256"}
                               : std::vector<std::string>{});
  repo.write("deleted here", "base\n");
  repo.write("deleted there", "base\n");
  repo.commit("base");
  repo.git({"checkout", "--quiet", "-b", "side"});
  repo.write("deleted here", "side\n");
  fs::remove(repo / "deleted there");
  fs::create_symlink("elsewhere", repo / "added");
  repo.commit("side");
  repo.git({"checkout", "--quiet", "main"});
  fs::remove(repo / "deleted here");
  repo.write("deleted there", "main\n");
  fs::create_symlink("here", repo / "added");
  repo.commit("main");
  CHECK_THROWS(repo.git({"merge", "--quiet", "side"}));
  const auto opened = open_repo(repo, backend);
  Paths seen;
  for (const mlops::git::UnmergedPath& path : opened->list_unmerged()) {
    seen.push_back(std::string(path.base ? "b" : "-") + (path.ours ? "o" : "-") +
                   (path.theirs ? "t " : "- ") + path.path);
  }
  CHECK(seen == Paths{"-ot added", "b-t deleted here", "bo- deleted there"});
  CHECK(opened->list_unmerged().front().theirs->kind == EntryKind::symlink);
  repo.git({"merge", "--abort"});
  CHECK(opened->list_unmerged().empty());
}

TEST_CASE("ignore rules: nested files, negations, info/exclude, the user's excludes", "[git]") {
  const GitRepo repo;
  repo.write(".gitignore", "*.log\n!keep.log\n/top\nbuild/\ndata/*\n!data/*.mlops\n");
  repo.write("sub/.gitignore", "!again.log\n/only-here\n");
  repo.write(".git/info/exclude", "secret*\n");
  repo.write("build/x", "x");
  repo.write("sub/x", "x");
  const auto git = open_repo(repo, every_backend());
  for (const auto* const path : {"a.log",
                                 "sub/b.log",
                                 "top",
                                 "build",
                                 "build/x",
                                 "build/deep/y",
                                 "data/x.csv",
                                 "secret.txt",
                                 "sub/secrets",
                                 "sub/only-here",
                                 "data/x/y"}) {
    INFO(path);
    CHECK(git->is_ignored(path));
  }
  for (const auto* const path : {"keep.log",
                                 "sub/keep.log",
                                 "sub/again.log",
                                 "sub/top",
                                 "only-here",
                                 "data/x.csv.mlops",
                                 "a.txt",
                                 "data",
                                 "sub",
                                 "-",
                                 ""}) {
    INFO(path);
    CHECK_FALSE(git->is_ignored(path));
    CHECK_FALSE(git->find_ignore_rule(path));
  }
  CHECK(
      git->list_ignored({"keep.log", "sub/secrets", "a.txt", "", "build/x", "data/x.csv.mlops"}) ==
      std::vector<std::string>{"sub/secrets", "build/x"});
  CHECK(git->list_ignored({"a.txt"}).empty());
  CHECK(git->list_ignored({}).empty());
  repo.git({"add", "-f", "build/x"});
  CHECK(git->is_ignored("build/x"));
}

TEST_CASE("the rule that ignores a path is named with its file and line", "[git]") {
  const GitRepo repo;
  repo.write(".gitignore", "# all\nbuild/\n*.log\n!keep.log\n");
  repo.write("sub/.gitignore", "odd\\ name\n");
  repo.write(".git/info/exclude", "secret*\n");
  repo.write("build/x", "x");
  repo.write("sub/x", "x");
  const auto git = open_repo(repo, every_backend());
  const auto rule_of = [&](std::string_view path) {
    const auto rule = git->find_ignore_rule(path);
    return rule ? rule->file + ":" + rule->line + ":" + rule->pattern : std::string("none");
  };
  CHECK(rule_of("build/x") == ".gitignore:2:build/");
  CHECK(rule_of("sub/a.log") == ".gitignore:3:*.log");
  CHECK(rule_of("keep.log") == "none");
  CHECK(rule_of("sub/odd name") == "sub/.gitignore:1:odd\\ name");
  CHECK(rule_of("secrets") == ".git/info/exclude:1:secret*");
}

TEST_CASE("the user's own excludes come from the environment given", "[git]") {
  const GitRepo repo;
  write_file(repo.directory() / "home/.config/git/ignore", "*.mine\n");
  const auto git = open_repo(repo, every_backend());
  CHECK(git->is_ignored("x.mine"));
  const GitRepo other;
  CHECK_FALSE(
      open_repo(other, git->implementation() == "git" ? Backend::plumbing : Backend::libgit2)
          ->is_ignored("x.mine"));
}

TEST_CASE("stage adds exactly the files named", "[git]") {
  const GitRepo repo;
  repo.write(".gitignore", "ignored\n");
  repo.write("a", "a");
  repo.write("b", "b");
  repo.write("dir/c", "c");
  repo.write("ignored", "i");
  const auto git = open_repo(repo, every_backend());
  git->stage({"a", "dir/c"});
  CHECK(paths_of(git->list_index()) == Paths{"a", "dir/c"});
  git->stage({});
  CHECK(error_kind([&] { git->stage({"dir"}); }) == "config");
  CHECK(error_kind([&] { git->stage({"ignored"}); }) == "config");
  CHECK(error_kind([&] { git->stage({"missing"}); }) == "config");
  CHECK(error_kind([&] { git->stage({"../outside"}); }) == "config");
  CHECK(error_kind([&] { git->stage({"*"}); }) == "config");
  CHECK(paths_of(git->list_index()) == Paths{"a", "dir/c"});
}

TEST_CASE("restage adds and removes in one step, whatever lies in the work tree", "[git]") {
  const GitRepo repo;
  repo.write("a", "a");
  repo.write("gone", "g");
  repo.write("\"odd\nname\\", "1");
  repo.commit("first");
  repo.write(".gitignore", "ignored\n/a\n");
  repo.write("ignored", "i");
  repo.write("\"odd\nname\\", "2");
  fs::remove(repo / "gone");
  const auto git = open_repo(repo, every_backend());
  git->restage({"ignored", "\"odd\nname\\"}, {"a", "gone"});
  CHECK(paths_of(git->list_index()) == Paths{"\"odd\nname\\", "ignored"});
  CHECK(git->list_index()[0].oid == git->hash_blob("2"));
  CHECK(fs::exists(repo / "a"));
  CHECK(repo.git({"status", "--porcelain", "ignored"}) == "A  ignored\n");
  git->restage({}, {});
  CHECK(error_kind([&] { git->restage({"../outside"}, {}); }) == "config");
  repo.write(".git/index.lock", "");
  CHECK(error_kind([&] { git->restage({"ignored"}, {}); }) == "locked");
}

TEST_CASE("a setting of git's is found, or not set", "[git]") {
  const GitRepo repo;
  repo.git({"config", "lfs.storage", "else where"});
  const auto git = open_repo(repo, every_backend());
  CHECK(git->find_config("lfs.storage") == "else where");
  CHECK_FALSE(git->find_config("lfs.other"));
}

TEST_CASE("stage respects the lock of the index", "[git]") {
  const GitRepo repo;
  repo.write("a", "a");
  repo.write(".git/index.lock", "");
  const auto git = open_repo(repo, every_backend());
  CHECK(error_kind([&] { git->stage({"a"}); }) == "locked");
  CHECK(git->list_index().empty());
}

TEST_CASE("changed: in the index, in the work tree, removed; not touched, not new", "[git]") {
  const GitRepo repo;
  for (const auto* const name : {"a", "b", "c", "d", "e", "same"}) {
    repo.write(name, name);
  }
  repo.commit("first");
  const auto git = open_repo(repo, every_backend());
  CHECK(git->list_changed().empty());
  repo.write("a", "other");
  repo.write("b", "staged");
  repo.git({"add", "b"});
  repo.write("b", "b");
  fs::remove(repo / "c");
  repo.git({"rm", "--quiet", "--cached", "d"});
  repo.write("untracked", "u");
  repo.write("added", "new");
  repo.git({"add", "added"});
  fs::last_write_time(repo / "same", fs::file_time_type::clock::now() + std::chrono::hours(1));
  CHECK(git->list_changed() == Paths{"a", "added", "b", "c", "d"});
}

TEST_CASE("reading leaves no trace in the repository", "[git]") {
  const GitRepo repo;
  repo.write("a", "a");
  repo.commit("first");
  fs::last_write_time(repo / "a", fs::file_time_type::clock::now() + std::chrono::hours(1));
  const auto before = repo.read(".git/index");
  const auto git = open_repo(repo, every_backend());
  CHECK(git->list_changed().empty());
  git->hash_blob("never stored");
  CHECK(repo.read(".git/index") == before);
  CHECK_THROWS(repo.git({"cat-file", "-e", git->hash_blob("never stored")}));
}

TEST_CASE("paths that differ between two commits", "[git]") {
  const GitRepo repo;
  repo.write("same", "s");
  repo.write("edit", "1");
  repo.write("gone", "g");
  repo.write("moved", "a text that a rename detector would know again\n");
  repo.write("turns", "file");
  const auto first = repo.commit("first");
  repo.write("edit", "2");
  fs::remove(repo / "gone");
  fs::rename(repo / "moved", repo / "renamed");
  fs::remove(repo / "turns");
  repo.write("turns/into", "dir");
  const auto second = repo.commit("second");
  const auto git = open_repo(repo, every_backend());
  CHECK(git->list_changed_between(first, second) ==
        Paths{"edit", "gone", "moved", "renamed", "turns", "turns/into"});
  CHECK(git->list_changed_between(second, second).empty());
  CHECK(error_kind([&] { git->list_changed_between(first, std::string(40, '1')); }) == "corrupt");
}

TEST_CASE("the history of files is that of git log", "[git]") {
  const GitRepo repo;
  repo.write("a.mlops", "1");
  repo.write("d/[x]/b.mlops", "1");
  const auto first = repo.commit("first");
  repo.write("other", "1");
  const auto other = repo.commit("other");
  repo.write("a.mlops", "2");
  const auto second = repo.commit("second");
  repo.git({"checkout", "--quiet", "-b", "side", first});
  repo.write("d/[x]/b.mlops", "2");
  const auto side = repo.commit("side");
  repo.git({"checkout", "--quiet", "main"});
  repo.git({"merge", "--quiet", "--no-ff", "-m", "merge", "side"});
  const std::string merge = repo.git({"rev-parse", "HEAD"}).substr(0, 40);
  repo.git({"rm", "--quiet", "a.mlops"});
  const auto gone = repo.commit("gone");

  const auto git = open_repo(repo, every_backend());
  // The merge has the file of one parent: that one is followed.
  CHECK(git->list_history({gone, {"a.mlops"}}) == Paths{gone, second, first});
  CHECK(git->list_history({second, {"a.mlops"}}) == Paths{second, first});
  CHECK(git->list_history({gone, {"d/[x]/b.mlops"}}) == Paths{side, first});
  CHECK(git->list_history({gone, {}, {"d/[x]"}, {".mlops", ".other"}}) == Paths{side, first});
  CHECK(git->list_history({gone, {"none"}, {"d/?x?"}, {".mlops"}}).empty());
  // Both files differ from each parent in the merge.
  const auto all = git->list_history({gone, {}, {""}, {".mlops"}});
  CHECK(std::set<std::string>(all.begin(), all.end()) ==
        std::set<std::string>{gone, merge, second, side, first});
  CHECK(all.front() == gone);
  CHECK(all.back() == first);
  CHECK(git->list_history({gone, {"../a.mlops", ""}}).empty());
  CHECK(error_kind([&] { git->list_history({std::string(40, '1'), {"a"}}); }) == "corrupt");
  CHECK(error_kind([&] { git->list_history({"HEAD", {"a"}}); }) == "usage");
}

TEST_CASE("the commits between two are those of git log a..b", "[git]") {
  const GitRepo repo;
  repo.write("a", "1");
  const auto first = repo.commit("first");
  repo.write("a", "2");
  const auto second = repo.commit("second");
  repo.git({"checkout", "--quiet", "-b", "side", first});
  repo.write("b", "1");
  const auto side = repo.commit("side");
  const auto git = open_repo(repo, every_backend());
  CHECK(git->list_commits_between(first, second, 10) == Paths{second});
  CHECK(git->list_commits_between(second, side, 10) == Paths{side});
  CHECK(git->list_commits_between(second, first, 10).empty());
  CHECK(git->list_commits_between(first, first, 10).empty());
  repo.git({"merge", "--quiet", "--no-ff", "-m", "merge", "main"});
  const std::string merge = repo.git({"rev-parse", "HEAD"}).substr(0, 40);
  CHECK(git->list_commits_between(first, merge, 10).size() == 3);
  CHECK(git->list_commits_between(first, merge, 1) == Paths{merge});
  CHECK(error_kind([&] { git->list_commits_between(std::string(40, '1'), first, 1); }) ==
        "corrupt");
  CHECK(error_kind([&] { git->list_commits_between(first, "HEAD", 1); }) == "usage");
}

TEST_CASE("trees of 10,000 entries", "[git]") {
  const GitRepo repo;
  for (int i = 0; i < 10'000; ++i) {
    repo.write("d" + std::to_string(i % 10) + "/file-" + std::to_string(i), std::to_string(i));
  }
  const auto head = repo.commit("many");
  const auto git = open_repo(repo, every_backend());
  const auto entries = git->list_tree(head, "");
  REQUIRE(entries.size() == 10'000);
  CHECK(std::is_sorted(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return a.path < b.path;
  }));
  CHECK(git->list_index().size() == 10'000);
  CHECK(git->list_tree(head, "d3").size() == 1'000);
  CHECK(git->read_blob(git->find_entry(head, "d7/file-4567")->oid, 10) == "4567");
}
