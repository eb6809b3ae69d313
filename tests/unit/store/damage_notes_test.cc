/// What was found damaged is stored again by the next add, and costs nothing before.

#include <algorithm>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "store/layout.h"
#include "store/pack_format.h"
#include "unit/store/repair_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

namespace {

/// A store of one version, one chunk of which is damaged on disk.
struct HurtStore {
  ::mlops::test::TempDir dir;
  fs::path path = dir.path() / "store";
  Sample sample = write_sample(*Store::open(path));
  ObjectId hurt = damage_a_chunk();

  ObjectId damage_a_chunk() const {
    const fs::path pack = files_below(path / "packs").front();
    Bytes bytes = read_bytes(pack);
    for (const BlockView& block : scan_blocks(bytes, "pack")) {
      const bool is_own = block.members.size() == 1;
      if (is_own && block.members.front().type == ObjectType::chunk) {
        const ObjectId id = block.members.front().id;
        bytes[static_cast<std::size_t>(block.stored.data() - bytes.data()) + 100] ^= 1U;
        write_bytes(pack, bytes);
        return id;
      }
    }
    FAIL("the sample has no chunk in a block of its own");
    return {};
  }
  bool is_noted() const { return fs::exists(path / "damaged" / hurt.hex()); }
  void add_again(std::uint64_t healed) const {
    const auto store = Store::open(path);
    const auto writer = store->begin_write();
    const Sample again = put_sample(*writer);
    CHECK(writer->commit(again.top) == sample.root);
    CHECK(writer->counts().healed_objects == healed);
    CHECK(writer->counts().new_objects == healed);
  }
};

void check_damaged(const Store& store, const ObjectId& id) {
  CHECK_THROWS_AS(store.read(ObjectType::chunk, id), Error);
}

}  // namespace

TEST_CASE("what a read found damaged is stored again by the next add") {
  const HurtStore store;
  check_damaged(*Store::open(store.path), store.hurt);
  CHECK(store.is_noted());
  CHECK_FALSE(Store::open(store.path)->contains(store.hurt));
  store.add_again(1);
  CHECK_FALSE(store.is_noted());
  check_sample(*Store::open(store.path), store.sample);
  // The damaged copy is still there: named, and no version needs it.
  const FsckReport report = fsck(store.path);
  REQUIRE(report.damages.size() == 1);
  CHECK(report.damages[0].roots.empty());
  CHECK(repair(store.path, {}).after.is_clean());
}

TEST_CASE("what fsck found damaged is stored again by the next add, and noted no longer") {
  const HurtStore store;
  CHECK_FALSE(fsck(store.path).is_clean());
  CHECK(store.is_noted());
  store.add_again(1);
  CHECK_FALSE(store.is_noted());
  fsck(store.path);
  CHECK_FALSE(store.is_noted());
}

TEST_CASE("damage that nobody has seen costs add nothing, and a dry run notes nothing") {
  const HurtStore store;
  store.add_again(0);
  repair(store.path, {}, RepairRequest::Change::nothing);
  CHECK_FALSE(fs::exists(store.path / "damaged"));
}

TEST_CASE("a note of what is sound after all changes nothing") {
  ::mlops::test::TempDir dir;
  const fs::path path = dir.path() / "store";
  const Sample sample = write_sample(*Store::open(path));
  const fs::path note = path / "damaged" / sample.top.id.hex();
  fs::create_directories(path / "damaged");
  write_bytes(note, {});
  const auto store = Store::open(path);
  CHECK(store->contains(sample.top.id));
  const auto writer = store->begin_write();
  put_sample(*writer);
  writer->commit(sample.top);
  CHECK(writer->counts().new_objects == 0);
  CHECK(writer->counts().healed_objects == 0);
  CHECK_FALSE(fs::exists(note));
}

TEST_CASE("an add of something else leaves the damage noted") {
  const HurtStore store;
  check_damaged(*Store::open(store.path), store.hurt);
  {
    const auto opened = Store::open(store.path);
    const auto writer = opened->begin_write();
    const Sample other = put_sample(*writer, 7);
    writer->commit(other.top);
    CHECK(writer->counts().healed_objects == 0);
  }
  CHECK(store.is_noted());
  store.add_again(1);
}

TEST_CASE("notes are kept in no directory that a link names", "[case-57]") {
  const HurtStore store;
  fs::create_directories(store.dir.path() / "elsewhere");
  fs::create_directory_symlink(store.dir.path() / "elsewhere", store.path / "damaged");
  check_damaged(*Store::open(store.path), store.hurt);
  CHECK(fs::is_empty(store.dir.path() / "elsewhere"));
  CHECK_THROWS_AS(Store::open(store.path)->begin_write(), Error);
}
