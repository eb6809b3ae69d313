#include "workspace/data_move.h"

#include <functional>
#include <utility>

#include <catch2/catch.hpp>

#include "os/fault.h"
#include "unit/os/call_trace.h"
#include "workspace/data_remove.h"
#include "workspace/data_sets.h"
#include "workspace/partial_checkout.h"
#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Catch::Matchers::Contains;

struct Moves : Fixture {
  Moves() {
    repo.write("data/raw/a", "1");
    repo.write("data/raw/x/b", "2");
    add({"data/raw"});
    repo.commit("one");
    reopen();
  }
  MoveResult move(const std::string& from, const std::string& to) {
    return move_data(space(), from, to, {}, progress, cancel);
  }
  RemoveResult remove(const std::string& path, const RemoveOptions& options = {}) {
    return remove_data(space(), {path}, options, progress, cancel);
  }
  bool is_whole_at(const std::string& path) {
    return exists(path + "/a") && repo.read(path + "/a") == "1" && exists(path + "/x/b") &&
           repo.read(path + "/x/b") == "2";
  }
};

/// Numbers of the calls of `action` that change the disk.
std::vector<std::uint64_t> changing_calls(const std::function<void()>& action) {
  const os::CallTrace trace = os::CallTrace::of(action);
  std::vector<std::uint64_t> chosen;
  for (std::size_t i = 0; i < trace.calls().size(); ++i) {
    const std::string& name = trace.calls()[i].name;
    if (name != "readdir" && name != "read" && name != "fstat" && name != "lstat" &&
        name != "fstatat" && name != "open" && name != "openat" && name != "openat2") {
      chosen.push_back(i + 1);
    }
  }
  return chosen;
}

/// Runs `action` with one after the other of these calls failing, and then again; `after_failure`
/// looks at what was left. Before and after each, `prepare` and `at_end`.
void fail_each_call(const std::function<void()>& prepare,
                    const std::function<void()>& action,
                    const std::function<void()>& after_failure,
                    const std::function<void()>& at_end) {
  prepare();
  const std::vector<std::uint64_t> calls = changing_calls(action);
  at_end();
  std::uint64_t failures = 0;
  for (const std::uint64_t call : calls) {
    prepare();
    os::fault::arm(std::to_string(call) + ":" + (call % 2 == 0 ? "EIO" : "ENOSPC"));
    bool failed = false;
    try {
      action();
    } catch (const Error&) {
      failed = true;
    }
    os::fault::arm("off");
    INFO("call " << call << (failed ? " failed" : " was made"));
    if (failed) {
      ++failures;
      after_failure();
      action();
    }
    at_end();
  }
  CHECK(failures > 10);
}

TEST_CASE("after any failed call of a move the data is whole at one place, and a rerun converges",
          "[case-49][case-50]") {
  Moves f;
  std::string from = "data/raw";
  std::string to = "new/place";
  fail_each_call([&] { f.reopen(); },
                 [&] {
                   f.reopen();
                   // All done but what is not ours to do again: git's index was written.
                   if (f.exists(from + ".mlops") || !f.exists(to + ".mlops") ||
                       f.space().repository().is_tracked(from + ".mlops")) {
                     f.move(from, to);
                   }
                 },
                 [&] {
                   f.reopen();
                   CHECK(f.is_whole_at(from) != f.is_whole_at(to));
                   CHECK((f.exists(from + ".mlops") || f.exists(to + ".mlops")));
                 },
                 [&] {
                   f.reopen();
                   REQUIRE(f.is_whole_at(to));
                   REQUIRE_FALSE(f.exists(from));
                   REQUIRE_FALSE(f.exists(from + ".mlops"));
                   REQUIRE(f.state_of(to) == DataState::unchanged);
                   REQUIRE_FALSE(f.space().repository().is_tracked(from + ".mlops"));
                   REQUIRE(f.space().repository().is_tracked(to + ".mlops"));
                   REQUIRE(f.space().repository().is_ignored(to));
                   REQUIRE_FALSE(f.space().repository().is_ignored(from));
                   std::swap(from, to);
                 });
}

TEST_CASE(
    "after any failed call of a removal no data is lost for the pointer, and a rerun converges",
    "[case-49][case-50]") {
  Moves f;
  const std::string path = "data/raw";
  fail_each_call(
      [&] {
        f.reopen();
        f.repo.git({"reset", "--quiet", "--hard"});
        f.checkout();
        f.reopen();
        REQUIRE(f.is_whole_at(path));
      },
      [&] {
        f.reopen();
        if (f.exists(path + ".mlops") || f.space().repository().is_tracked(path + ".mlops")) {
          // A file that cannot be read is kept, and the command says so.
          if (!f.remove(path).total.kept.empty()) {
            throw Error(ErrorKind::conflict, "kept");
          }
        }
      },
      [&] {
        f.reopen();
        if (f.exists(path + ".mlops") && f.exists(path)) {
          // What is gone already does not count as deleted by the user.
          const DataState state = f.state_of(path);
          CHECK((state == DataState::unchanged || state == DataState::missing));
        }
      },
      [&] {
        f.reopen();
        REQUIRE_FALSE(f.exists(path));
        REQUIRE_FALSE(f.exists(path + ".mlops"));
        REQUIRE_FALSE(f.space().repository().is_tracked(path + ".mlops"));
      });
}

TEST_CASE("notes of a partial checkout move along") {
  Moves f;
  fs::remove_all(f / "data/raw");
  f.reopen();
  f.checkout({.paths = {"data/raw/x"}, .revision = {}, .restore = {}});
  f.reopen();
  f.move("data/raw", "moved");
  f.reopen();
  CHECK(*sparse_parts(f.space(), "moved") == Parts{"x"});
  CHECK_FALSE(is_partly_checked_out(f.space(), "data/raw"));
  f.add({"moved"});
  CHECK(read_pointer(f.space(), "moved")->files == 2);
}

TEST_CASE("what a move carries in the stat cache is not read again") {
  Moves f;
  settle();
  REQUIRE(f.state_of("data/raw") == DataState::unchanged);
  f.reopen();
  f.move("data/raw", "moved");
  f.reopen();
  const Snapshot now =
      hash_path(f.space(), "moved", SnapshotOptions::everything(), f.progress, f.cancel);
  CHECK(now.read_bytes == 0);
  CHECK(now.top.files == 2);
}

TEST_CASE("a destination that is taken is never replaced") {
  Moves f;
  f.repo.write("other/a", "mine");
  f.add({"other"});
  f.reopen();
  const Error error = error_of([&] { f.move("data/raw", "other"); });
  CHECK(error.kind() == ErrorKind::conflict);
  CHECK_THAT(error.message(), Contains("exists already"));
  // The same content is no licence when data lies at both places.
  f.repo.write("twin/a", "1");
  f.repo.write("twin/x/b", "2");
  f.add({"twin"});
  f.reopen();
  CHECK(error_of([&] { f.move("data/raw", "twin"); }).kind() == ErrorKind::conflict);
  f.repo.write("tracked.csv", "t");
  f.repo.commit("two");
  f.reopen();
  CHECK(error_of([&] { f.move("data/raw", "tracked.csv"); }).kind() == ErrorKind::conflict);
  CHECK(f.is_whole_at("data/raw"));
  CHECK(f.repo.read("other/a") == "mine");
}

TEST_CASE("a version that no commit has is removed by force only") {
  Moves f;
  f.repo.write("data/raw/a", "new");
  f.reopen();
  f.add({"data/raw"});
  CHECK(error_of([&] { f.remove("data/raw"); }).kind() == ErrorKind::conflict);
  CHECK(f.repo.read("data/raw/a") == "new");
  f.reopen();
  f.remove("data/raw", {.clobber = Clobber::rescue});
  CHECK_FALSE(f.exists("data/raw"));
}

TEST_CASE("a data set can be removed though its pointer is broken") {
  Moves f;
  f.repo.write("data/raw.mlops", "<<<<<<< ours\n");
  f.repo.commit("broken");
  f.reopen();
  f.remove("data/raw");
  CHECK_FALSE(f.exists("data/raw.mlops"));
}

}  // namespace
}  // namespace mlops::workspace::test
