#include "workspace/live_roots.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "os/file.h"
#include "unit/workspace/workspace_fixture.h"
#include "workspace/lock_file.h"
#include "workspace/merge_notes.h"

using namespace mlops;
using namespace mlops::workspace;
using namespace mlops::workspace::test;

namespace {

store::ObjectId root_number(std::uint8_t number) {
  store::ObjectId id;
  id.bytes.fill(number);
  return id;
}

std::string pointer_text(std::uint8_t number) {
  Pointer pointer;
  pointer.root = root_number(number);
  pointer.files = 1;
  pointer.bytes = number;
  return format_pointer(pointer);
}

std::string lock_text(std::uint8_t out, std::uint8_t dep) {
  LockedInstance instance;
  instance.stage = "s";
  instance.cmd = {"true"};
  instance.environment = "process:x";
  instance.grade = "weak";
  instance.outs.push_back({"out", root_number(out), 1, 1});
  instance.deps.push_back({"dep", root_number(dep), {}});
  Lock lock;
  lock.instances.push_back(instance);
  return format_lock(lock);
}

/// A clone that knows its store, asked as gc asks.
struct Asked : Fixture {
  explicit Asked(const std::vector<std::string>& init_args = {}) : Fixture(init_args) {
    repo.write("readme", "x");
    repo.commit("start");
    reopen();
    clones = space().store().clones();
    REQUIRE(clones.size() == 1);
    options.directory = repo.path();
    options.git.environment = repo.env();
    options.git.search_path = "/usr/local/bin:/usr/bin:/bin";
    live = std::make_unique<LiveRoots>(options, space().store());
  }
  std::vector<store::ObjectId> find() { return live->find(clones, progress, cancel); }
  bool finds(std::uint8_t number) {
    const auto found = find();
    return std::find(found.begin(), found.end(), root_number(number)) != found.end();
  }
  /// As the first question of another gc.
  bool finds_anew(std::uint8_t number) {
    live = std::make_unique<LiveRoots>(options, space().store());
    return finds(number);
  }
  void drop_reflogs() const {
    repo.git({"reflog", "expire", "--expire=now", "--all"});
    fs::remove(repo / ".git/ORIG_HEAD");
  }

  std::vector<store::Clone> clones;
  OpenOptions options;
  std::unique_ptr<LiveRoots> live;
};

}  // namespace

TEST_CASE("what was taken over between two questions is in use, in commits old and new") {
  Asked f;
  const std::string md5(32, 'a');
  f.repo.write("x.dvc", "outs:\n- md5: " + md5 + "\n  hash: md5\n  path: x\n");
  f.repo.commit("of dvc");
  f.repo.git({"rm", "--quiet", "x.dvc"});
  f.repo.commit("gone");
  CHECK(f.find().empty());
  // As another process does it.
  const auto other = store::Store::open(f.space().store_directory());
  other->add_foreign({{store::parse_foreign("md5:" + md5).value(), root_number(7)}});
  CHECK(f.finds(7));
  CHECK(f.finds_anew(7));
}

TEST_CASE("pointers of git-lfs keep what they name in use, large files nothing") {
  Asked f;
  const std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:";
  f.repo.write("a.bin", pointer + std::string(64, 'a') + "\nsize 1\n");
  f.repo.write("long", pointer + std::string(64, 'b') + "\nsize 1\n" + std::string(1024, '\n'));
  f.repo.commit("of git-lfs");
  f.repo.git({"rm", "--quiet", "a.bin"});
  f.repo.commit("gone");
  f.space().store().add_foreign(
      {{store::parse_foreign("sha256:" + std::string(64, 'a')).value(), root_number(7)},
       {store::parse_foreign("sha256:" + std::string(64, 'b')).value(), root_number(8)}});
  CHECK(f.finds(7));
  CHECK_FALSE(f.finds(8));
}

TEST_CASE("what a merge made for git counts until git has had time to name it", "[live]") {
  Asked f;
  CHECK_FALSE(f.finds(1));
  note_merge(f.space(), root_number(1));
  CHECK(f.finds(1));
}

TEST_CASE("versions of every ref are in use") {
  Asked f;
  f.repo.write("a.mlops", pointer_text(1));
  f.repo.commit("one");
  f.repo.git({"tag", "-a", "-m", "x", "v1"});
  f.repo.write("deep/er/a.mlops", pointer_text(2));
  f.repo.commit("two");
  f.repo.git({"update-ref", "refs/odd/place", "HEAD"});
  f.repo.git({"reset", "--quiet", "--hard", "HEAD~2"});
  f.drop_reflogs();
  CHECK(f.finds_anew(1));
  CHECK(f.finds_anew(2));
  f.repo.git({"update-ref", "-d", "refs/odd/place"});
  CHECK(f.finds_anew(1));
  CHECK_FALSE(f.finds_anew(2));
}

TEST_CASE("a tag of a tree and one of a blob name versions") {
  Asked f;
  f.repo.write("d/a.mlops", pointer_text(1));
  f.repo.commit("one");
  f.repo.git({"tag", "tree", "HEAD^{tree}"});
  f.repo.git({"tag", "-a", "-m", "x", "nested", "tree"});
  f.repo.git({"tag", "-d", "tree"});
  f.repo.write("b", pointer_text(2));
  f.repo.git({"tag", "blob", f.repo.git({"hash-object", "-w", "b"}).substr(0, 40)});
  fs::remove(f / "b");
  f.repo.git({"reset", "--quiet", "--hard", "HEAD~1"});
  f.drop_reflogs();
  CHECK(f.finds_anew(1));
  CHECK(f.finds_anew(2));
}

TEST_CASE("reflogs, stashes and their untracked files name versions") {
  Asked f;
  f.repo.write("a.mlops", pointer_text(1));
  f.repo.commit("one");
  f.repo.git({"reset", "--quiet", "--hard", "HEAD~1"});
  f.repo.write("a.mlops", pointer_text(2));
  f.repo.git({"add", "a.mlops"});
  f.repo.git({"stash"});
  f.repo.write("b.mlops", pointer_text(3));
  f.repo.git({"stash", "--include-untracked"});
  CHECK_FALSE(fs::exists(f / "b.mlops"));
  CHECK(f.finds_anew(1));
  CHECK(f.finds_anew(2));
  CHECK(f.finds_anew(3));
  f.repo.git({"stash", "clear"});
  f.drop_reflogs();
  for (const std::uint8_t number : std::initializer_list<std::uint8_t>{1, 2, 3}) {
    CHECK_FALSE(f.finds_anew(number));
  }
}

TEST_CASE("index and work tree name versions, in all stages and all work trees") {
  Asked f;
  f.repo.write("a.mlops", pointer_text(1));
  f.repo.git({"add", "a.mlops"});
  f.repo.write("a.mlops", pointer_text(2));
  f.repo.write("sub/b.mlops", pointer_text(3));
  CHECK(f.finds_anew(1));
  CHECK(f.finds_anew(2));
  CHECK(f.finds_anew(3));
  f.repo.git({"worktree", "add", "--quiet", "--detach", "../linked"});
  const fs::path linked = f.repo.directory() / "linked";
  os::write_file_atomic(linked / "c.mlops", pointer_text(4), os::Durability::relaxed);
  f.repo.git_in(linked, {"add", "c.mlops"});
  os::write_file_atomic(linked / "c.mlops", pointer_text(5), os::Durability::relaxed);
  CHECK(f.finds_anew(4));
  CHECK(f.finds_anew(5));
  // The commit that only the detached HEAD of the linked work tree has.
  f.repo.git_in(linked, {"commit", "--quiet", "--all", "-m", "x"});
  f.repo.git_in(linked, {"rm", "--quiet", "c.mlops"});
  f.drop_reflogs();
  CHECK(f.finds_anew(5));
  fs::remove_all(linked);
  const Error error = error_of([&] { f.find(); });
  CHECK(error.kind() == ErrorKind::config);
  CHECK(error.hint().find("worktree prune") != std::string::npos);
}

TEST_CASE("a merge that is not finished, and one that made its own, name versions") {
  Asked f;
  f.repo.git({"branch", "side"});
  f.repo.write("a.mlops", pointer_text(1));
  f.repo.commit("ours");
  f.repo.git({"checkout", "--quiet", "side"});
  f.repo.write("a.mlops", pointer_text(2));
  f.repo.commit("theirs");
  f.repo.git({"checkout", "--quiet", "--detach", "main"});
  CHECK_THROWS(f.repo.git({"merge", "side"}));
  f.repo.git({"branch", "-D", "side"});
  f.drop_reflogs();
  // The file has conflict markers: gc does not guess.
  CHECK(error_of([&] { f.find(); }).kind() == ErrorKind::config);
  f.repo.write("a.mlops", pointer_text(3));
  CHECK(f.finds_anew(1));
  CHECK(f.finds_anew(2));
  f.repo.commit("merged");
  f.repo.write("a.mlops", pointer_text(4));
  f.repo.commit("later");
  CHECK(f.finds_anew(3));
}

TEST_CASE("locks of any pipeline name outs and deps; other lock files are left alone") {
  Asked f;
  f.repo.write("sub/train.lock", lock_text(1, 2));
  f.repo.write("Cargo.lock", "[[package]]\nname = \"x\"\n");
  f.repo.write("yarn.lock", "{not toml");
  f.repo.commit("locks");
  f.repo.write("pipeline.lock", lock_text(3, 4));
  for (const std::uint8_t number : std::initializer_list<std::uint8_t>{1, 2, 3, 4}) {
    CHECK(f.finds_anew(number));
  }
  f.repo.write("pipeline.lock", lock_text(3, 4) + "stray");
  CHECK(error_of([&] { f.find(); }).kind() == ErrorKind::config);
}

TEST_CASE("run records and checkouts that did not end name versions") {
  Asked f;
  const fs::path state = f.repo / ".git/mlops";
  fs::create_directories(state / "runs" / "x" / "logs");
  fs::create_directories(state / "runs" / "empty");
  // The root stands where the first piece of a megabyte ends; the last line is cut short.
  std::string record((std::size_t{1} << 20U) - 30, ' ');
  record += "\"" + store::format_root(root_number(1)) + "\"}\n{\"root\":\"r1:0202";
  os::write_file_atomic(state / "runs" / "x" / "run.jsonl", record, os::Durability::relaxed);
  fs::create_directories(state / "partial-main");
  os::write_file_atomic(state / "partial-main" / "abc.unfinished",
                        store::format_root(root_number(3)) + "\ndata",
                        os::Durability::relaxed);
  CHECK(f.finds_anew(1));
  CHECK(f.finds_anew(3));
  CHECK_FALSE(f.finds_anew(2));
}

TEST_CASE("asked again, it finds what came since, and keeps what it found") {
  Asked f;
  f.repo.write("a.mlops", pointer_text(1));
  f.repo.commit("one");
  CHECK(f.finds(1));
  f.repo.write("a.mlops", pointer_text(2));
  f.repo.commit("two");
  f.repo.write("a.mlops", pointer_text(3));
  f.repo.commit("three");
  f.repo.git({"reset", "--quiet", "--hard", "HEAD~3"});
  f.drop_reflogs();
  f.repo.git({"update-ref", "refs/heads/x", "HEAD"});
  CHECK(f.finds(1));
  f.repo.write("a.mlops", pointer_text(4));
  f.repo.commit("four");
  f.repo.write("a.mlops", pointer_text(5));
  f.repo.commit("five");
  CHECK(f.finds(4));
  CHECK(f.finds(5));
}

TEST_CASE("a repository with SHA-256 is read as well") {
  Asked f({"--object-format=sha256"});
  f.repo.write("a.mlops", pointer_text(1));
  f.repo.commit("one");
  f.repo.git({"reset", "--quiet", "--hard", "HEAD~1"});
  CHECK(f.finds(1));
}

TEST_CASE("a pointer that cannot be read ends the search wherever it is", "[case-23]") {
  Asked f;
  f.repo.write("ok.mlops", pointer_text(1));
  f.repo.commit("one");
  f.repo.write("bad.mlops", "schema = 2\n");
  SECTION("work tree") {}
  SECTION("index") {
    f.repo.git({"add", "bad.mlops"});
    fs::remove(f / "bad.mlops");
  }
  SECTION("history") {
    f.repo.commit("two");
    f.repo.git({"rm", "--quiet", "bad.mlops"});
    f.repo.commit("three");
  }
  SECTION("reflog") {
    f.repo.commit("two");
    f.repo.git({"reset", "--quiet", "--hard", "HEAD~1"});
  }
  const Error error = error_of([&] { f.find(); });
  CHECK(full_text(error).find("nothing was removed") != std::string::npos);
  CHECK_FALSE(error.hint().empty());
}
