/// Damage tables (promise P10): whatever is damaged, fsck names it, repair heals what is healable,
/// and a second repair finds nothing to do.

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/hex.h"
#include "codec/sha256.h"
#include "os/lock.h"
#include "store/layout.h"
#include "store/pack_format.h"
#include "unit/store/repair_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

namespace {

/// A store of one version of `sample`, whose damage each case makes anew.
struct SampleStore {
  ::mlops::test::TempDir dir;
  fs::path path = dir.path() / "store";
  Sample sample = write_sample(*Store::open(path));
  fs::path pack = files_below(path / "packs").front();
  Bytes sound = read_bytes(pack);

  Copies copies() const {
    return Copies([](Writer& sink) { put_sample(sink); });
  }
  std::vector<BlockView> blocks() const { return scan_blocks(sound, "pack"); }
  void flip(std::uint64_t at) const {
    Bytes bytes = sound;
    bytes[at] ^= 4U;
    write_bytes(pack, bytes);
  }
};

/// A pack that no version needs.
fs::path add_garbage(const SampleStore& store) {
  const auto opened = Store::open(store.path);
  auto writer = opened->begin_write();
  writer->put(ObjectType::chunk, noise(40'000, 9), {"data", ""});
  writer->commit(store.sample.top);
  auto packs = files_below(store.path / "packs");
  std::erase(packs, store.pack);
  REQUIRE(packs.size() == 1);
  return packs[0];
}

/// Objects of the pack `bytes` that the store can give out.
std::set<ObjectId> readable(const fs::path& store_path, const Bytes& bytes) {
  const auto store = Store::open(store_path);
  std::set<ObjectId> ids;
  for (const BlockView& block : scan_blocks(bytes, "pack")) {
    for (const Member& member : block.members) {
      try {
        store->read(member.type, member.id);
        ids.insert(member.id);
      } catch (const Error& error) {
        REQUIRE(error.kind() == ErrorKind::corrupt);
      }
    }
  }
  return ids;
}

void check_nothing_left_to_do(const fs::path& store, CopySource& copies) {
  const auto before = tree_of(store);
  const RepairReport again = repair(store, {&copies});
  CHECK(again.healed.empty());
  CHECK(again.set_aside.empty());
  CHECK(again.forgotten.empty());
  CHECK(again.dropped.empty());
  CHECK(tree_of(store) == before);
}

void check_healed(SampleStore& store) {
  REQUIRE_FALSE(fsck(store.path).is_clean());
  Copies copies = store.copies();
  const auto before = tree_of(store.path);
  const RepairReport foretold = repair(store.path, {&copies}, RepairRequest::Change::nothing);
  CHECK(tree_of(store.path) == before);
  CHECK(foretold.lost.empty());

  const RepairReport report = repair(store.path, {&copies});
  CHECK(report.lost.empty());
  CHECK(report.after.is_clean());
  CHECK(report.set_aside == foretold.set_aside);
  CHECK(report.forgotten == foretold.forgotten);
  CHECK(report.healed.size() == foretold.healed.size());
  CHECK(fsck(store.path).is_clean());
  check_sample(*Store::open(store.path), store.sample);
  check_nothing_left_to_do(store.path, copies);
}

/// Without any copy: what could be read can be read, and nothing moves.
void check_kept(SampleStore& store) {
  Copies nothing([](Writer&) {});
  const auto before = readable(store.path, store.sound);
  const RepairReport report = repair(store.path, {&nothing});
  CHECK_FALSE(report.lost.empty());
  CHECK_FALSE(report.after.is_clean());
  CHECK(report.set_aside.empty());
  CHECK(readable(store.path, store.sound) == before);
  check_nothing_left_to_do(store.path, nothing);
}

}  // namespace

TEST_CASE("each object flipped is healed from a copy, and kept without one", "[case-59]") {
  std::size_t count = 0;
  { count = SampleStore().blocks().size(); }
  REQUIRE(count >= 5);
  std::set<ObjectType> kinds;
  for (std::size_t i = 0; i < count; ++i) {
    SampleStore store;
    const BlockView block = store.blocks()[i];
    for (const Member& member : block.members) {
      kinds.insert(member.type);
    }
    const std::uint64_t from = block.offset;
    const std::uint64_t to = from + block.head.total_bytes();
    CAPTURE(i, from, to);
    store.flip(i % 2 == 0 ? from + 9 : to - 1);  // its head; its bytes
    if (i < 3) {
      check_kept(store);
    }
    check_healed(store);
    CHECK(fs::exists(store.path / "quarantine" / store.pack.filename()));
    CHECK_FALSE(fs::exists(store.pack));
  }
  CHECK(kinds == std::set{ObjectType::chunk, ObjectType::file, ObjectType::node});
}

TEST_CASE("a pack cut short, emptied, deleted or too long is healed", "[case-26][case-59]") {
  enum class Harm { cut, empty, gone, longer, header, toc };
  for (const Harm harm :
       {Harm::cut, Harm::empty, Harm::gone, Harm::longer, Harm::header, Harm::toc}) {
    SampleStore store;
    CAPTURE(static_cast<int>(harm));
    Bytes bytes = store.sound;
    switch (harm) {
      case Harm::cut:
        bytes.resize(bytes.size() / 2);
        break;
      case Harm::empty:
        bytes.clear();
        break;
      case Harm::longer:
        bytes.push_back(7);
        break;
      case Harm::header:
        bytes[20] ^= 1U;
        break;
      case Harm::toc:
        bytes[bytes.size() - 40] ^= 1U;
        break;
      case Harm::gone:
        break;
    }
    if (harm == Harm::gone) {
      fs::remove(store.pack);
    } else {
      write_bytes(store.pack, bytes);
    }
    check_healed(store);
  }
}

TEST_CASE("damage outside of all objects is healed by the pack itself", "[case-59]") {
  SampleStore store;
  store.flip(20);
  const RepairReport report = repair(store.path, {});
  CHECK(report.after.is_clean());
  CHECK(report.set_aside == std::vector{store.pack.filename().string()});
  check_sample(*Store::open(store.path), store.sample);
}

TEST_CASE("swapped packs are both made anew", "[case-34]") {
  SampleStore store;
  const Sample second = write_sample(*Store::open(store.path), 2);
  const auto packs = files_below(store.path / "packs");
  REQUIRE(packs.size() == 2);
  const Bytes first_bytes = read_bytes(packs[0]);
  const Bytes second_bytes = read_bytes(packs[1]);
  write_bytes(packs[0], second_bytes);
  write_bytes(packs[1], first_bytes);
  CHECK_FALSE(fsck(store.path).is_clean());
  const RepairReport report = repair(store.path, {});
  CHECK(report.set_aside.size() == 2);
  CHECK(report.after.is_clean());
  check_sample(*Store::open(store.path), store.sample);
  check_sample(*Store::open(store.path), second);
}

TEST_CASE("another pack's copy is enough", "[case-59]") {
  SampleStore store;
  // The same content in a second pack: added while the first was away.
  const fs::path aside = store.dir.path() / "aside";
  fs::rename(store.pack, aside);
  for (const fs::path& index : files_below(store.path / "index")) {
    fs::remove(index);
  }
  write_sample(*Store::open(store.path));
  fs::rename(aside, store.pack);
  const BlockView block = store.blocks()[1];
  store.flip(block.offset + block.head.total_bytes() - 1);
  const RepairReport report = repair(store.path, {});
  REQUIRE_FALSE(report.healed.empty());
  CHECK(report.healed[0].from == "another pack");
  CHECK(report.after.is_clean());
  CHECK(report.after.packs == 1);  // nothing had to be copied
  check_sample(*Store::open(store.path), store.sample);
}

TEST_CASE("what one of two copies lost, and the other too, is taken from both", "[case-59]") {
  SampleStore store;
  const fs::path aside = store.dir.path() / "aside";
  fs::rename(store.pack, aside);
  for (const fs::path& index : files_below(store.path / "index")) {
    fs::remove(index);
  }
  write_sample(*Store::open(store.path));
  const fs::path second = files_below(store.path / "packs").front();
  Bytes bytes = read_bytes(second);
  bytes[scan_blocks(bytes, "pack").back().offset + 9] ^= 1U;
  write_bytes(second, bytes);
  fs::rename(aside, store.pack);
  store.flip(store.blocks().front().offset + 9);
  const RepairReport report = repair(store.path, {});
  CHECK(report.set_aside.size() == 2);
  CHECK(report.after.is_clean());
  check_sample(*Store::open(store.path), store.sample);
}

TEST_CASE("garbage that is damaged goes aside, and hurts nobody") {
  SampleStore store;
  const fs::path garbage = add_garbage(store);
  Bytes bytes = read_bytes(garbage);
  bytes[200] ^= 1U;
  write_bytes(garbage, bytes);
  const RepairReport report = repair(store.path, {});
  REQUIRE(report.healed.size() == 1);
  CHECK(report.healed[0].from == "no version needs it");
  CHECK(report.after.is_clean());
  CHECK(fs::exists(store.pack));
}

TEST_CASE("while a version lacks something, damaged bytes that nobody can name stay") {
  SampleStore store;
  // A directory is lost: what it named may be in the damaged bytes of the other pack.
  Bytes bytes = store.sound;
  for (const BlockView& block : store.blocks()) {
    for (const Member& member : block.members) {
      if (member.type == ObjectType::node) {
        bytes[block.offset + block.head.total_bytes() - 1] ^= 1U;
        break;
      }
    }
  }
  write_bytes(store.pack, bytes);
  Sample other = write_sample(*Store::open(store.path), 2);
  auto packs = files_below(store.path / "packs");
  std::erase(packs, store.pack);
  Bytes header = read_bytes(packs.at(0));
  header[20] ^= 1U;
  write_bytes(packs[0], header);
  const RepairReport report = repair(store.path, {});
  CHECK(report.set_aside.empty());
  CHECK_FALSE(report.lost.empty());
  CHECK(fs::exists(packs[0]));
  check_sample(*Store::open(store.path), other);
}

TEST_CASE("a damaged root is named and stays: nothing can make it again", "[case-59]") {
  SampleStore store;
  const fs::path root = store.path / "roots" / store.sample.root.hex();
  Bytes bytes = read_bytes(root);
  bytes[20] ^= 1U;
  write_bytes(root, bytes);
  Copies copies = store.copies();
  const RepairReport report = repair(store.path, {&copies});
  REQUIRE(report.lost.size() == 1);
  CHECK(report.lost[0].type == ObjectType::root);
  CHECK(read_bytes(root) == bytes);
  CHECK(repair(store.path, {&copies}).lost.size() == 1);
}

TEST_CASE("derived files that are damaged are dropped, and what dead writers left") {
  SampleStore store;
  const ObjectId good{codec::sha256(bytes_of("good"))};
  const ObjectId bad{codec::sha256(bytes_of("bad"))};
  {
    const auto opened = Store::open(store.path);
    opened->put_result(good, "value");
    opened->put_result(bad, "value");
  }
  const std::string bad_file = "results/" + bad.hex().substr(0, 2) + "/" + bad.hex();
  Bytes result = read_bytes(store.path / bad_file);
  result.back() ^= 1U;
  write_bytes(store.path / bad_file, result);
  const fs::path map = files_below(store.path / "contents").front();
  write_bytes(map, bytes_of("r1:nonsense\n"));
  const std::string stray = "contents/" + bad.hex();
  write_bytes(store.path / stray, bytes_of(format_root(store.sample.root) + "\n"));
  write_bytes(store.path / "tmp/tmp-abc", bytes_of("half"));
  write_bytes(store.path / "tmp/readme", bytes_of("somebody's"));

  const auto foretold = repair(store.path, {}, RepairRequest::Change::nothing);
  CHECK(
      std::set<std::string>(foretold.dropped.begin(), foretold.dropped.end()) ==
      std::set<std::string>{stray, bad_file, "tmp/tmp-abc", "contents/" + map.filename().string()});
  const RepairReport report = repair(store.path, {});
  CHECK(report.after.is_clean());
  CHECK_FALSE(fs::exists(store.path / bad_file));
  CHECK_FALSE(fs::exists(store.path / stray));
  CHECK_FALSE(fs::exists(store.path / "tmp/tmp-abc"));
  CHECK(fs::exists(store.path / "tmp/readme"));
  CHECK(Store::open(store.path)->find_result(good) == "value");
  CHECK(Store::open(store.path)->find_root_of(store.sample.top) == store.sample.root);
  Copies nothing([](Writer&) {});
  check_nothing_left_to_do(store.path, nothing);
}

TEST_CASE("a lost directory whose index is lost too brings back what it named", "[case-59]") {
  SampleStore store;
  for (const fs::path& index : files_below(store.path / "index")) {
    fs::remove(index);
  }
  write_bytes(store.pack, std::span(store.sound).first(64));
  check_healed(store);
}

TEST_CASE("copies that are no copies are not taken", "[case-30]") {
  SampleStore store;
  const BlockView block = store.blocks()[1];
  store.flip(block.offset + 50);
  Copies liar([](Writer& sink) { sink.put_file(source_of(noise(5000, 77)), {"data", ""}); });
  const RepairReport report = repair(store.path, {&liar});
  CHECK_FALSE(report.lost.empty());
  CHECK(report.after.packs == 1);
}

TEST_CASE("only what is wanted is taken") {
  SampleStore store;
  const BlockView block = store.blocks()[1];
  store.flip(block.offset + 50);
  const Bytes other = noise(5000, 77);
  Copies more([&](Writer& sink) {
    sink.put_file(source_of(other), {"data", ""});
    put_sample(sink);
  });
  CHECK(repair(store.path, {&more}).after.is_clean());
  CHECK_FALSE(Store::open(store.path)->contains(compute_id(ObjectType::chunk, other)));
}

TEST_CASE("a pack of a newer version is left alone", "[case-36]") {
  SampleStore store;
  const fs::path newer = add_garbage(store);
  Bytes bytes = read_bytes(newer);
  bytes[10] = 2;
  const std::uint32_t crc = header_crc(bytes);
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[60 + i] = static_cast<std::uint8_t>(crc >> (8 * i));
  }
  write_bytes(newer, bytes);
  const RepairReport report = repair(store.path, {});
  CHECK_FALSE(report.before.is_clean());
  CHECK(report.set_aside.empty());
  CHECK(read_bytes(newer) == bytes);
}

TEST_CASE("a second damaged pack of one name gets a name of its own in the quarantine") {
  SampleStore store;
  store.flip(store.blocks()[1].offset + 50);
  Copies copies = store.copies();
  CHECK(repair(store.path, {&copies}).after.is_clean());
  store.flip(store.blocks()[2].offset + 50);
  CHECK(repair(store.path, {&copies}).after.is_clean());
  CHECK(fs::exists(store.path / "quarantine" / store.pack.filename()));
  CHECK(fs::exists(store.path / "quarantine" / (store.pack.filename().string() + ".1")));
}

TEST_CASE("a link in place of the quarantine is not followed", "[case-57]") {
  SampleStore store;
  store.flip(20);
  fs::create_directory(store.dir.path() / "elsewhere");
  fs::create_directory_symlink(store.dir.path() / "elsewhere", store.path / "quarantine");
  try {
    repair(store.path, {});
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::config);
  }
  CHECK(fs::is_empty(store.dir.path() / "elsewhere"));
  check_sample(*Store::open(store.path), store.sample);
}

TEST_CASE("packs move only when nobody else uses the store", "[case-61]") {
  SampleStore store;
  store.flip(store.blocks()[1].offset + 50);
  Copies copies = store.copies();
  const auto refused = [&] {
    try {
      repair(store.path, {&copies});
      return false;
    } catch (const Error& error) {
      return error.kind() == ErrorKind::locked;
    }
  };
  {
    const auto other = os::FileLock::try_acquire(store.path / "lock", os::LockMode::shared);
    CHECK(refused());
    CHECK(fs::exists(store.pack));
    // What could be healed has been.
    check_sample(*Store::open(store.path), store.sample);
  }
  {
    const auto other = os::FileLock::try_acquire(store.path / "lock", os::LockMode::exclusive);
    CHECK(refused());
    try {
      fsck(store.path);
      FAIL("checked while packs may go");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::locked);
    }
  }
  {
    // gc relies on the packs that it has seen, also before it is alone.
    const auto gc = os::FileLock::try_acquire(store.path / "gc-lock", os::LockMode::exclusive);
    CHECK(refused());
    CHECK(fs::exists(store.pack));
  }
  CHECK_FALSE(refused());
  CHECK(fsck(store.path).is_clean());
}
