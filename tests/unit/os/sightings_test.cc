#include "os/sightings.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/cancel.h"
#include "os/beneath.h"
#include "os/file.h"
#include "os/memory.h"
#include "os/process.h"
#include "support/temp_dir.h"
#include "unit/os/expect_error.h"

namespace {

using namespace mlops;
using os::Sighting;
using Of = Sighting::Of;
using What = Sighting::What;
namespace fs = std::filesystem;

struct Fixture {
  test::TempDir dir;
  fs::path top = fs::canonical(dir.path());

  Fixture() {
    fs::create_directories(top / "a/b");
    os::write_file_atomic(top / "a/b/file", "x", os::Durability::relaxed);
    fs::create_symlink("a/b/file", top / "link");
  }
};

bool has(const std::vector<Sighting>& all, const fs::path& path, Of of, What what) {
  return std::find(all.begin(), all.end(), Sighting{path.native(), of, what}) != all.end();
}

bool names(const std::vector<Sighting>& all, const fs::path& path) {
  return std::any_of(
      all.begin(), all.end(), [&](const Sighting& one) { return one.path == path.native(); });
}

}  // namespace

TEST_CASE("a watch notes what is opened, examined and listed, and the way there") {
  const Fixture at;
  os::SightingWatch watch;
  os::read_file(at.top / "a/b/file", 10);
  os::lstat_file(at.top / "link");
  CHECK_FALSE(os::lstat_file(at.top / "absent/deep"));
  os::list_directory(at.top / "a");
  const auto seen = watch.end();
  REQUIRE(seen);
  CHECK(has(*seen, at.top / "a/b/file", Of::target, What::something));
  CHECK(has(*seen, at.top / "link", Of::entry, What::something));
  CHECK(has(*seen, at.top / "absent/deep", Of::entry, What::nothing));
  CHECK(has(*seen, at.top / "a", Of::target, What::names));
  CHECK(has(*seen, at.top / "a/b", Of::entry, What::way));
  CHECK(has(*seen, at.top, Of::entry, What::way));
  CHECK(std::is_sorted(seen->begin(), seen->end()));
}

TEST_CASE("what is asked beneath a handle has its whole path, whenever the handle was opened") {
  const Fixture at;
  const auto before = os::Beneath::open(at.top);
  os::SightingWatch watch;
  CHECK(before.lstat("a/b/file"));
  const auto within = os::Beneath::open(at.top / "a");
  CHECK_FALSE(within.lstat("b/none"));
  CHECK(within.list("b") == std::vector<std::string>{"file"});
  const auto seen = watch.end();
  REQUIRE(seen);
  CHECK(has(*seen, at.top / "a/b/file", Of::entry, What::something));
  CHECK(has(*seen, at.top / "a/b/none", Of::entry, What::nothing));
  CHECK(has(*seen, at.top / "a/b", Of::target, What::names));
  CHECK(has(*seen, at.top / "a", Of::entry, What::way));
}

TEST_CASE("what a watch does not note: what is made, what was before it, what is accounted for") {
  const Fixture at;
  os::lstat_file(at.top / "before");
  os::SightingWatch watch;
  os::write_file_atomic(at.top / "a/new", "y", os::Durability::relaxed);
  {
    const os::sightings::Accounted accounted;
    os::lstat_file(at.top / "aside");
    os::sightings::lose("nothing");
  }
  CHECK(os::see_again(at.top / "link", Of::entry)->kind == os::FileKind::symlink);
  CHECK(os::see_again(at.top / "link", Of::target)->kind == os::FileKind::regular);
  CHECK(os::usable_memory() > 0);
  const auto seen = watch.end();
  REQUIRE(seen);
  CHECK_FALSE(names(*seen, at.top / "before"));
  CHECK_FALSE(names(*seen, at.top / "aside"));
  CHECK_FALSE(names(*seen, at.top / "link"));
}

TEST_CASE("a watch loses sight when it cannot tell what was learnt") {
  const Fixture at;
  os::SightingWatch watch;
  SECTION("from a program") {
    os::ProcessSpec spec;
    spec.argv = {"/bin/true"};
    os::capture(spec, CancelToken(), 10);
    CHECK_FALSE(watch.end());
    CHECK(watch.lost_by() == "what a program answers");
  }
  SECTION("from files of the kernel") {
    os::read_file_if_exists("/proc/version", 1'000);
    CHECK_FALSE(watch.end());
  }
  SECTION("from a call that fails") {
    fs::create_symlink("loop", at.top / "loop");
    CHECK_THROWS(os::read_file_if_exists(at.top / "loop", 10));
    CHECK_FALSE(watch.end());
  }
  SECTION("from what came or went meanwhile") {
    CHECK_FALSE(os::lstat_file(at.top / "new"));
    os::write_file_atomic(at.top / "new", "y", os::Durability::relaxed);
    CHECK(os::lstat_file(at.top / "new"));
    CHECK_FALSE(watch.end());
  }
  SECTION("of the room on a disk") {
    os::free_disk_bytes(at.top);
    CHECK_FALSE(watch.end());
  }
}

TEST_CASE("one watch at a time, and the next one begins anew") {
  const Fixture at;
  {
    os::SightingWatch watch;
    CHECK_THROWS(os::SightingWatch());
    os::sightings::lose("first");
  }
  os::SightingWatch watch;
  os::sightings::note(at.top / "link");
  const auto seen = watch.end();
  REQUIRE(seen);
  CHECK(has(*seen, at.top / "link", Of::target, What::something));
}
