#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include <catch2/catch.hpp>

#include "expect_error.h"
#include "pipeline/lock_update.h"
#include "pipeline/outputs.h"
#include "run_fixture.h"
#include "unit/os/swap_at_each_call.h"

using namespace mlops;
using namespace mlops::pipeline;
using mlops::os::swap_at_each_call;
using testing::RunFixture;
namespace fs = std::filesystem;

namespace {

/// A work tree whose directory d becomes a link to a directory of the user's: with a file and a
/// tree of the names of outs, and without others.
class SwappedTree {
 public:
  SwappedTree() : workspace_(f.open()) {
    mlops::test::write_file(outside() / "x", "canary");
    mlops::test::write_file(outside() / "tree/canary", "canary");
    mlops::test::write_file(outside() / "pipeline.lock", "canary");
    for (const auto* path : {"d/x", "d/tree", "d/y", "d/new/z"}) {
      instance.outs.push_back({"", path, OutKind::data, false, true});
    }
  }

  fs::path directory() const { return f.repo / "d"; }
  fs::path outside() const { return f.repo.directory() / "outside"; }
  workspace::Workspace& workspace() const { return *workspace_; }

  /// The outs of the last run, and nothing that an earlier try left.
  void write_old() const {
    for (const auto* name : {"running", "leftover"}) {
      fs::remove_all(workspace_->state_directory() / name);
    }
    fs::remove_all(directory());
    write("old");
  }
  void write(const std::string& content) const {
    for (const auto* path : {"d/x", "d/tree/a", "d/tree/b/c", "d/y"}) {
      f.repo.write(path, content);
    }
  }
  bool is_old(std::initializer_list<const char*> paths) const {
    return std::all_of(paths.begin(), paths.end(), [&](const char* path) {
      return f.exists(path) && f.repo.read(path) == "old";
    });
  }

  RunFixture f;
  Instance instance;

 private:
  std::unique_ptr<workspace::Workspace> workspace_;
};

}  // namespace

TEST_CASE("outs that are moved aside come from no other directory", "[case-11]") {
  const SwappedTree t;
  const auto swaps = swap_at_each_call(
      t.directory(),
      t.outside(),
      [&] {
        t.write_old();
        return true;
      },
      [&](bool) {
        OutsAside aside(t.workspace(), t.instance);
        aside.put_back();
      });
  CHECK(swaps > 20);
  CHECK(t.is_old({"d/x", "d/tree/a", "d/tree/b/c", "d/y"}));
}

TEST_CASE("what a failed stage wrote is removed, and its outs go back, in no other directory",
          "[case-11]") {
  const SwappedTree t;
  const auto swaps = swap_at_each_call(
      t.directory(),
      t.outside(),
      [&] {
        t.write_old();
        OutsAside aside(t.workspace(), t.instance);
        t.write("half");
        return aside;
      },
      [](OutsAside aside) { aside.put_back(); });
  CHECK(swaps > 20);
  CHECK(t.is_old({"d/x", "d/tree/a", "d/tree/b/c", "d/y"}));
}

TEST_CASE("what a killed run left is put back in no other directory", "[case-11]") {
  const SwappedTree t;
  // A killed process destroys nothing: they are leaked into static storage on purpose.
  static auto* const killed = new std::vector<OutsAside*>();
  const auto swaps = swap_at_each_call(
      t.directory(),
      t.outside(),
      [&] {
        t.write_old();
        killed->push_back(new OutsAside(t.workspace(), t.instance));
        t.write("half");
        return true;
      },
      [&](bool) { recover_outs(t.workspace()); });
  CHECK(swaps > 20);
  CHECK(t.is_old({"d/x", "d/tree/a", "d/tree/b/c", "d/y"}));
}

TEST_CASE("an edited out is kept, or thrown away, in no other directory", "[case-11]") {
  const SwappedTree t;
  NoProgress progress;
  const CancelToken cancel;
  t.write_old();
  Instance tree;
  tree.outs = {{"", "d/tree", OutKind::metrics, false, true}};
  const auto stored = store_outs(t.workspace(), tree, progress, cancel);
  REQUIRE(stored.problem.empty());
  const auto swaps = swap_at_each_call(
      t.directory(),
      t.outside(),
      [&] {
        t.write_old();
        t.f.repo.write("d/tree/a", "edited");
        return true;
      },
      [&](bool) { restore_out(t.workspace(), stored.outs.front(), progress, cancel); });
  CHECK(swaps > 20);
  CHECK(t.is_old({"d/tree/a", "d/tree/b/c"}));
  CHECK(t.f.repo.read("d/tree.orig/a") == "edited");
}

TEST_CASE("the lock is written in no other directory", "[case-11]") {
  const SwappedTree t;
  const auto pipeline = parse_pipeline("schema = 1\n[stage.a]\ncmd = \"true\"\nouts = [\"d/x\"]\n",
                                       "d/pipeline.toml");
  const auto graph = build_graph(pipeline, {});
  NoProgress progress;
  const CancelToken cancel;
  const auto swaps = swap_at_each_call(
      t.directory(),
      t.outside(),
      [&] {
        t.write_old();
        LockUpdater lock(t.workspace(), pipeline, graph);
        lock.record(graph.instances.front(), {}, {}, progress, cancel);
        return lock;
      },
      [](LockUpdater lock) { lock.save(); });
  CHECK(swaps > 5);
  CHECK(t.f.repo.read("d/pipeline.lock").find("[[instance]]") != std::string::npos);
}

TEST_CASE("the lock and the deps that it names are read in no other directory", "[case-11]") {
  const SwappedTree t;
  mlops::test::write_file(t.outside() / "dep", "canary");
  t.f.repo.write("d/dep", "tracked");
  t.f.repo.commit("dep");
  const auto pipeline = parse_pipeline("schema = 1\n[stage.a]\ncmd = \"true\"\n", "pipeline.toml");
  const auto graph = build_graph(pipeline, {});
  NoProgress progress;
  const CancelToken cancel;
  Input input;
  input.path = "d/dep";
  input.entry.kind = store::EntryKind::file;
  CacheEntry entry;
  entry.grade = "weak";
  const auto blob = t.workspace().repository().hash_blob("tracked");
  std::size_t locked = 0;
  const auto swaps = swap_at_each_call(
      t.directory(),
      t.outside(),
      [&] {
        fs::remove(t.f.repo / "pipeline.lock");
        return true;
      },
      [&](bool) {
        LockUpdater lock(t.workspace(), pipeline, graph);
        lock.record(graph.instances.front(), {input}, entry, progress, cancel);
        lock.save();
        CHECK(t.f.lock().instances.at(0).deps.at(0).git == blob);
        ++locked;
      });
  CHECK(swaps > 5);
  CHECK(locked > 1);
}

TEST_CASE("a lock behind a link is not read", "[case-08]") {
  const SwappedTree t;
  fs::create_directory_symlink(t.outside(), t.directory());
  const auto pipeline =
      parse_pipeline("schema = 1\n[stage.a]\ncmd = \"true\"\n", "d/pipeline.toml");
  const auto graph = build_graph(pipeline, {});
  testing::expect_error(ErrorKind::conflict,
                        "'d/pipeline.lock' leads through a symbolic link",
                        [&] { const LockUpdater lock(t.workspace(), pipeline, graph); });
}
