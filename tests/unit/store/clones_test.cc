#include "store/clones.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "os/fault.h"
#include "os/file.h"
#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

namespace {

struct ClonePlace {
  ::mlops::test::TempDir dir;
  fs::path store = dir.path() / "store";
  ClonePlace() { Store::open(store); }
  fs::path clone(const std::string& name) const {
    fs::create_directories(dir.path() / name / ".git");
    return dir.path() / name / ".git";
  }
  Clones clones() const { return Clones(Layout{store}); }
};

}  // namespace

TEST_CASE("a clone is registered once, with an id of its own") {
  const ClonePlace place;
  const fs::path a = place.clone("a");
  const fs::path b = place.clone("b\nwith a line break");
  place.clones().enter(a);
  place.clones().enter(b);
  place.clones().enter(a);
  const auto list = place.clones().list();
  REQUIRE(list.size() == 2);
  CHECK(list[0].id != list[1].id);
  CHECK(((list[0].common_dir == a && list[1].common_dir == b) ||
         (list[0].common_dir == b && list[1].common_dir == a)));
  CHECK(clone_problem(list[0]).empty());
  CHECK(clone_problem(list[1]).empty());
}

TEST_CASE("a clone that is moved replaces its record", "[case-57]") {
  const ClonePlace place;
  place.clones().enter(place.clone("a"));
  const auto before = place.clones().list();
  fs::rename(place.dir.path() / "a", place.dir.path() / "b");
  CHECK_FALSE(clone_problem(before.at(0)).empty());
  place.clones().enter(place.dir.path() / "b" / ".git");
  const auto after = place.clones().list();
  REQUIRE(after.size() == 1);
  CHECK(after[0].id == before[0].id);
  CHECK(after[0].common_dir == place.dir.path() / "b" / ".git");
  CHECK(clone_problem(after[0]).empty());
}

TEST_CASE("a copy of a clone does not take the record of the original", "[case-57]") {
  const ClonePlace place;
  const fs::path original = place.clone("a");
  place.clones().enter(original);
  fs::copy(place.dir.path() / "a", place.dir.path() / "b", fs::copy_options::recursive);
  SECTION("the original is there") {}
  SECTION("the original is on a disk that is not there now") {
    fs::rename(place.dir.path() / "a", place.dir.path() / "elsewhere");
  }
  place.clones().enter(place.dir.path() / "b" / ".git");
  const auto list = place.clones().list();
  REQUIRE(list.size() == 2);
  CHECK((list[0].common_dir == original || list[1].common_dir == original));
}

TEST_CASE("another clone in the place of one that is gone does not stand for it") {
  const ClonePlace place;
  place.clones().enter(place.clone("a"));
  const auto before = place.clones().list();
  fs::rename(place.dir.path() / "a", place.dir.path() / "b");
  place.clones().enter(place.clone("a"));
  CHECK(place.clones().list().size() == 2);
  CHECK(clone_problem(before.at(0)).find("another clone") != std::string::npos);
}

TEST_CASE("a record or an id that cannot be read is an error, not no clone") {
  const ClonePlace place;
  const fs::path a = place.clone("a");
  place.clones().enter(a);
  const auto clone = place.clones().list().at(0);
  SECTION("record") {
    for (const std::string_view text : {"",
                                        "mlops-clone 2\ninode 1\n/a",
                                        "mlops-clone 1\ninode x\n/a",
                                        "mlops-clone 1\ninode 1\na",
                                        "mlops-clone 1\ninode 1"}) {
      os::write_file_atomic(clone.record, text, os::Durability::relaxed);
      CAPTURE(text);
      CHECK_THROWS_AS(place.clones().list(), Error);
    }
  }
  SECTION("id") {
    os::write_file_atomic(a / "mlops" / "clone-id", "x\n", os::Durability::relaxed);
    CHECK_THROWS_AS(place.clones().enter(a), Error);
    CHECK_THROWS_AS(clone_problem(clone), Error);
  }
}

TEST_CASE("the first root of a clone comes after its record, and not without it", "[case-49]") {
  const ClonePlace place;
  const fs::path a = place.clone("a");
  const auto store = Store::open(place.store, nullptr, a);
  REQUIRE(place.clones().list().size() == 1);
  // Who wrote the record may have died before it was there for good.
  os::fault::arm("trace");
  write_sample(*store);
  const auto calls = os::fault::trace();
  os::fault::arm("off");
  std::size_t record_synced = 0;
  std::size_t root = 0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (calls[i].name == "fsync" && calls[i].path == place.store / "clones") {
      record_synced = record_synced == 0 ? i : record_synced;
    }
    if (calls[i].to.starts_with((place.store / "roots").string())) {
      root = root == 0 ? i : root;
    }
  }
  CHECK(record_synced > 0);
  CHECK(root > record_synced);

  // Where it cannot be registered, it can read, but not write.
  os::remove_file(place.clones().list().at(0).record);
  os::fault::arm("off");
  fs::remove_all(a / "mlops");
  write_bytes(a / "mlops", bytes_of("in the way"));
  const auto reader = Store::open(place.store, nullptr, a);
  CHECK(reader->list_roots().size() == 1);
  CHECK_THROWS_AS(reader->begin_write(), Error);
}
