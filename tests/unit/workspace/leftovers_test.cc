#include "workspace/leftovers.h"

#include <string>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "os/fault.h"
#include "os/fd.h"
#include "workspace/run_lock.h"
#include "workspace/tree_write.h"
#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

/// As another process opens it.
os::Fd open_raw(const fs::path& path) {
  return os::Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}
bool can_lock(const fs::path& path) {
  const os::Fd file = open_raw(path);
  return file && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
}

TEST_CASE("what dead processes left beside data goes away, and nothing else") {
  const mlops::test::TempDir temp;
  const auto tree = os::Beneath::open(temp.path());
  mlops::test::write_file(temp / "d/.mlops-tmp-dead", "x");
  mlops::test::write_file(temp / "d/.mlops-tmp-alive", "x");
  mlops::test::write_file(temp / "d/mine", "x");
  mlops::test::write_file(temp / "d/below/.mlops-tmp-of-data", "x");
  mlops::test::write_file(temp / "other/.mlops-tmp-dead", "x");
  fs::create_symlink("nowhere", temp / "d/.mlops-tmp-link");
  fs::create_directory(temp / "d/.mlops-tmp-trial");
  os::Fd alive = open_raw(temp / "d/.mlops-tmp-alive");
  REQUIRE(::flock(alive.get(), LOCK_EX) == 0);
  sweep_leftovers(tree, {"d", "gone"});
  CHECK(tree.list("d") ==
        std::vector<std::string>{".mlops-tmp-alive", ".mlops-tmp-trial", "below", "mine"});
  CHECK(fs::exists(temp / "d/below/.mlops-tmp-of-data"));
  CHECK(fs::exists(temp / "other/.mlops-tmp-dead"));
  alive = os::Fd();
  sweep_leftovers(tree, {"d"});
  CHECK_FALSE(fs::exists(temp / "d/.mlops-tmp-alive"));
}

TEST_CASE("whoever writes a text holds its temporary file until it has its name") {
  const mlops::test::TempDir temp;
  const auto tree = os::Beneath::open(temp.path());
  int looks = 0;
  os::fault::watch([&](const os::fault::Call& call) {
    if (call.name == "write" || call.name == "fdatasync" || call.name == "renameat2") {
      ++looks;
      CHECK_FALSE(can_lock(call.path));
    }
  });
  write_text(tree, "text", "1");
  os::fault::arm("off");
  CHECK(looks == 3);
  CHECK(can_lock(temp / "text"));
}

TEST_CASE("a text whose temporary file was taken for a dead one's is written all the same") {
  const mlops::test::TempDir temp;
  const auto tree = os::Beneath::open(temp.path());
  int times = 0;
  os::Fd sweeper;
  os::fault::watch([&](const os::fault::Call& call) {
    if (call.name != "flock" || ++times > 2) {
      return;
    }
    for (const auto& entry : fs::directory_iterator(temp.path())) {
      if (times == 1) {
        sweeper = open_raw(entry.path());
        ::flock(sweeper.get(), LOCK_EX | LOCK_NB);
      } else {
        ::unlink(entry.path().c_str());
      }
    }
  });
  write_text(tree, "text", "1");
  os::fault::arm("off");
  CHECK(times == 3);
  CHECK(read_text(tree, "text", 10) == "1");
}

struct Left : Fixture {
  Left() {
    repo.write("data/one", "1");
    add({"data/one"});
    leave();
  }
  void leave() { repo.write("data/.mlops-tmp-left", "x"); }
  bool is_left() { return exists("data/.mlops-tmp-left"); }
};

TEST_CASE("add and checkout sweep where they write") {
  Left left;
  SECTION("add") {
    left.add({"data/one"});
    CHECK_FALSE(left.is_left());
  }
  SECTION("not beside a checkout at work, which may have just made it") {
    const auto checkout = try_lock_work_tree(left.space());
    REQUIRE(checkout);
    CHECK_FALSE(try_lock_work_tree(left.space()));
    left.add({"data/one"});
    CHECK(left.is_left());
  }
  SECTION("checkout") {
    left.checkout();
    CHECK_FALSE(left.is_left());
  }
}

}  // namespace
}  // namespace mlops::workspace::test
