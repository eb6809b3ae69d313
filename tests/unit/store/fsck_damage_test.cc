#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "base/hex.h"
#include "codec/sha256.h"
#include "store/fsck.h"
#include "store/layout.h"
#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

namespace {

using Ids = std::set<ObjectId>;

Ids named_by(const FsckReport& report) {
  Ids ids;
  for (const Damage& damage : report.damages) {
    ids.insert(damage.id);
  }
  return ids;
}

Ids roots_of(const FsckReport& report) {
  Ids ids;
  for (const Damage& damage : report.damages) {
    ids.insert(damage.roots.begin(), damage.roots.end());
  }
  return ids;
}

/// One pack that two data sets share: `one` has a large file and a small one, `two` a small one.
struct SharedPack {
  explicit SharedPack(const fs::path& directory) : path(directory) {
    const auto store = Store::open(path);
    auto writer = store->begin_write();
    const auto file = [&](const Bytes& content, const char* group) {
      return named(writer->put_file(source_of(content), {group, ""}), "file");
    };
    const Entry large = file(noise(40'000, 1), "one");
    const Entry top_one =
        directory_of(*writer, {named(file(noise(500, 2), "one"), "a"), named(large, "b")});
    Entry top_two = file(noise(600, 3), "two");
    top_two.name.clear();
    one = writer->commit(top_one);
    two = writer->commit(top_two);
    file_path = files_below(path / "packs").front();
    bytes = read_bytes(file_path);
    for (const BlockView& block : scan_blocks(bytes, "pack")) {
      Ids ids;
      for (const Member& member : block.members) {
        ids.insert(member.id);
        all.insert(member.id);
      }
      blocks.push_back({block.offset, block.offset + block.head.total_bytes(), ids});
      needs.push_back(ids.contains(top_two.id) ? two : one);
    }
  }

  void flip(std::uint64_t at) const {
    Bytes flipped = bytes;
    flipped[at] ^= 4U;
    write_bytes(file_path, flipped);
  }
  void lose_index() const {
    for (const fs::path& file : files_below(path / "index")) {
      fs::remove(file);
    }
  }

  struct Block {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    Ids ids;
  };
  fs::path path;
  fs::path file_path;
  Bytes bytes;
  ObjectId one;
  ObjectId two;
  std::vector<Block> blocks;
  std::vector<ObjectId> needs;  ///< the root that needs each block
  Ids all;
};

/// Every id that the report prints exists, whatever was damaged.
void check_ids_exist(const FsckReport& report, const SharedPack& pack) {
  for (const ObjectId& id : named_by(report)) {
    CHECK(pack.all.contains(id));
  }
}

void check_one_pack_damage(const FsckReport& report,
                           const SharedPack& pack,
                           std::uint64_t from,
                           std::uint64_t to) {
  REQUIRE(report.pack_damages.size() == 1);
  const PackDamage& damage = report.pack_damages[0];
  CHECK(damage.pack == pack.file_path.filename());
  CHECK(damage.where == pack.file_path);
  CHECK(damage.bytes.from == from);
  CHECK(damage.bytes.to == to);
  CHECK_FALSE(damage.bytes.problem.empty());
}

}  // namespace

TEST_CASE("fsck names all members of a damaged block, and their version", "[case-59]") {
  const ::mlops::test::TempDir dir;
  const SharedPack pack(dir.path());
  REQUIRE(pack.blocks.size() == 4);
  for (std::size_t i = 0; i < pack.blocks.size(); ++i) {
    const SharedPack::Block& block = pack.blocks[i];
    // Magic, lengths, checksum of the stored bytes, id of the first member, last stored byte.
    for (const std::uint64_t at :
         {block.from, block.from + 9, block.from + 20, block.from + 40, block.to - 1}) {
      CAPTURE(i, at);
      pack.flip(at);
      const FsckReport report = fsck(dir.path());
      CHECK(named_by(report) == block.ids);
      CHECK(roots_of(report) == Ids{pack.needs[i]});
      CHECK(report.pack_damages.empty());
      CHECK_FALSE(report.is_clean());
    }
  }
}

TEST_CASE("a damaged block head that no index knows is named by its bytes", "[case-59]") {
  const ::mlops::test::TempDir dir;
  const SharedPack pack(dir.path());
  for (std::size_t i = 0; i < pack.blocks.size(); ++i) {
    const SharedPack::Block& block = pack.blocks[i];
    CAPTURE(i);
    pack.lose_index();
    pack.flip(block.from + 9);
    const FsckReport report = fsck(dir.path());
    check_one_pack_damage(report, pack, block.from, block.to);
    check_ids_exist(report, pack);
    // The walk misses what a sound object still names.
    CHECK(roots_of(report) == Ids{pack.needs[i]});
    // The head itself still names its members when only the stored bytes are damaged.
    pack.lose_index();
    pack.flip(block.to - 1);
    const FsckReport stored = fsck(dir.path());
    CHECK(named_by(stored) == block.ids);
    CHECK(stored.pack_damages.empty());
  }
}

TEST_CASE("damage outside of all blocks is the pack's, and hurts no version", "[case-59]") {
  const ::mlops::test::TempDir dir;
  const SharedPack pack(dir.path());
  const std::uint64_t size = pack.bytes.size();
  const std::uint64_t toc = pack.blocks.back().to;
  struct Place {
    std::uint64_t at;
    std::uint64_t from;
    std::uint64_t to;
  };
  for (const Place& place : {Place{0, 0, 64},              // magic
                             Place{30, 0, 64},             // nonce
                             Place{63, 0, 64},             // its checksum
                             Place{toc + 2, toc, size},    // section table
                             Place{toc + 80, toc, size},   // block table
                             Place{size - 31, toc, size},  // tail
                             Place{size - 1, toc, size}}) {
    CAPTURE(place.at);
    pack.flip(place.at);
    const FsckReport report = fsck(dir.path());
    check_one_pack_damage(report, pack, place.from, place.to);
    CHECK(report.damages.empty());
    CHECK_FALSE(report.is_clean());
  }
}

TEST_CASE("every object of a pack that is cut short or gone is named", "[case-26][case-59]") {
  const ::mlops::test::TempDir dir;
  const SharedPack pack(dir.path());
  for (const std::uint64_t size :
       {std::uint64_t{0}, std::uint64_t{70}, pack.blocks[1].from, pack.blocks[2].to - 1}) {
    CAPTURE(size);
    write_bytes(pack.file_path, std::span(pack.bytes).first(size));
    const FsckReport report = fsck(dir.path());
    Ids lost;
    for (const SharedPack::Block& block : pack.blocks) {
      if (block.to > size) {
        lost.insert(block.ids.begin(), block.ids.end());
      }
    }
    CHECK(named_by(report) == lost);
    CHECK(report.pack_damages.empty());
  }
  fs::remove(pack.file_path);
  const FsckReport gone = fsck(dir.path());
  CHECK(named_by(gone) == pack.all);
  CHECK(roots_of(gone) == Ids{pack.one, pack.two});
  CHECK(gone.pack_damages.empty());
  for (const Damage& damage : gone.damages) {
    CHECK(damage.problem == "its pack: missing");
  }
}

TEST_CASE("bytes after the end and a pack under another name are the pack's", "[case-34]") {
  const ::mlops::test::TempDir dir;
  SharedPack pack(dir.path());
  Bytes longer = pack.bytes;
  longer.push_back(0);
  write_bytes(pack.file_path, longer);
  const FsckReport added = fsck(dir.path());
  check_one_pack_damage(added, pack, pack.blocks.back().to, longer.size());
  CHECK(added.damages.empty());

  pack.lose_index();
  fs::remove(pack.file_path);
  const PackName other = codec::sha256(bytes_of("other"));
  pack.file_path = Layout{dir.path()}.pack(other);
  write_bytes(pack.file_path, pack.bytes);
  const FsckReport renamed = fsck(dir.path());
  check_one_pack_damage(renamed, pack, 0, pack.bytes.size());
  CHECK(renamed.damages.empty());
}

TEST_CASE("what a version lies about is named with its own type") {
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path());
  auto writer = store->begin_write();
  Entry top = writer->put_file(source_of(noise(100, 1)), {"data", ""});
  top.size = 101;
  const ObjectId liar = writer->commit(top);
  const FsckReport report = fsck(dir.path());
  REQUIRE(report.damages.size() == 1);
  CHECK(report.damages[0].id == liar);
  CHECK(report.damages[0].type == ObjectType::root);
  CHECK(report.damages[0].roots == std::vector<ObjectId>{liar});
}
