/// Power cuts at every call of an add and of a repair (promises P1, P2, P10): the store is valid,
/// old or new, what was reported stays, and the command run again does its work. That a missing
/// sync would be found is shown by leaving each out.

#include <iostream>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "codec/bytes.h"
#include "fault/power_cut.h"
#include "store/layout.h"
#include "store/pack_format.h"
#include "unit/store/repair_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;
using mlops::test::cut_everywhere;
using mlops::test::Ended;
using mlops::test::find_calls;
using mlops::test::is_noticed;
using mlops::test::PowerCuts;
using mlops::test::record;
using mlops::test::Recording;

namespace {

/// Two files in a directory; all objects are small: the states are written thousands of times.
Entry put_version(Writer& writer, std::uint64_t seed) {
  const PlacementHint hint{"data", ""};
  const Bytes table = table_text(2500, seed);
  const Bytes binary = noise(3000, seed);
  return directory_of(writer,
                      {named(writer.put_file(source_of(table), hint), "a"),
                       named(writer.put_file(source_of(binary), hint), "b")});
}

ObjectId add_version(const fs::path& store_path, std::uint64_t seed) {
  const auto store = Store::open(store_path);
  auto writer = store->begin_write();
  return writer->commit(put_version(*writer, seed));
}

/// Reads everything of a version; why that cannot be done.
std::optional<std::string> version_problem(const Store& store, const ObjectId& root) {
  try {
    for (const Entry& entry : store.read_node(store.load_root(root).top.id).entries) {
      read_all(store, entry);
    }
    return std::nullopt;
  } catch (const Error& error) {
    return error.message();
  }
}

std::optional<std::string> object_problem(const Store& store, ObjectType type, const ObjectId& id) {
  try {
    store.read(type, id);
    return std::nullopt;
  } catch (const Error& error) {
    return error.message();
  }
}

std::optional<std::string> fsck_problem(const fs::path& path) {
  const FsckReport report = fsck(path);
  if (report.is_clean()) {
    return std::nullopt;
  }
  return report.damages.empty() ? "damaged pack: " + report.pack_damages[0].bytes.problem
                                : "damaged object: " + report.damages[0].problem;
}

void check_each_missing_sync_is_found(const Recording& recording,
                                      const mlops::test::Oracle& oracle,
                                      const std::string& name,
                                      const std::string& part) {
  const auto calls = find_calls(recording, name, part);
  CAPTURE(name, part);
  REQUIRE_FALSE(calls.empty());
  for (const std::size_t call : calls) {
    CHECK(is_noticed(recording, {call}, oracle));
  }
}

struct Add {
  mlops::test::TempDir dir;
  fs::path path = dir.path() / "store";
  ObjectId old_root = add_version(path, 1);
  ObjectId new_root;
  Recording recording = record(path, [this] { new_root = add_version(path, 2); });

  std::optional<std::string> judge(const fs::path& left, Ended ended) const {
    if (const auto problem = fsck_problem(left)) {
      return problem;
    }
    const auto store = Store::open(left);
    if (const auto problem = version_problem(*store, old_root)) {
      return "the old version: " + *problem;
    }
    if (ended == Ended::yes) {
      if (const auto problem = version_problem(*store, new_root)) {
        return "reported, and lost: " + *problem;
      }
    }
    const ObjectId again = add_version(left, 2);
    if (const auto problem = version_problem(*Store::open(left), again)) {
      return "the command run again: " + *problem;
    }
    return std::nullopt;
  }
  mlops::test::Oracle oracle() const {
    return [this](const fs::path& left, Ended ended) { return judge(left, ended); };
  }
};

/// A store of two versions, one of which has a damaged object and a copy elsewhere.
struct Repaired {
  mlops::test::TempDir dir;
  fs::path path = dir.path() / "store";
  ObjectId hurt = add_version(path, 1);
  fs::path pack = files_below(path / "packs").front();
  ObjectId sound = add_version(path, 2);
  Bytes damaged = damage();
  std::vector<std::pair<ObjectType, ObjectId>> readable = readable_objects();
  Recording recording = record(path, [this] { repair_it(path); });

  Bytes damage() const {
    Bytes bytes = read_bytes(pack);
    const BlockView block = scan_blocks(bytes, "pack").back();
    bytes[block.offset + block.head.total_bytes() - 1] ^= 1U;
    write_bytes(pack, bytes);
    return bytes;
  }
  std::vector<std::pair<ObjectType, ObjectId>> readable_objects() const {
    const auto store = Store::open(path);
    std::vector<std::pair<ObjectType, ObjectId>> objects;
    for (const BlockView& block : scan_blocks(damaged, "pack")) {
      for (const Member& member : block.members) {
        if (!object_problem(*store, member.type, member.id)) {
          objects.emplace_back(member.type, member.id);
        }
      }
    }
    return objects;
  }
  static RepairReport repair_it(const fs::path& store) {
    Copies copies([](Writer& sink) { put_version(sink, 1); });
    return repair(store, {&copies});
  }
  /// Nothing is ever deleted: the damaged pack lies in one of two places.
  bool has_damaged_pack(const fs::path& left) const {
    for (const fs::path& place :
         {left / "packs" / pack.filename().string().substr(0, 2), left / "quarantine"}) {
      if (fs::exists(place / pack.filename()) && read_bytes(place / pack.filename()) == damaged) {
        return true;
      }
    }
    return false;
  }
  std::optional<std::string> judge(const fs::path& left, Ended ended) const {
    if (!has_damaged_pack(left)) {
      return "the damaged pack is gone";
    }
    {
      const auto store = Store::open(left);
      if (const auto problem = version_problem(*store, sound)) {
        return "the sound version: " + *problem;
      }
      for (const auto& [type, id] : readable) {
        if (const auto problem = object_problem(*store, type, id)) {
          return "worse than before: " + *problem;
        }
      }
    }
    if (ended == Ended::yes) {
      if (const auto problem = fsck_problem(left)) {
        return "reported, and lost: " + *problem;
      }
    }
    const RepairReport again = repair_it(left);
    if (!again.after.is_clean()) {
      return "the command run again does not heal";
    }
    if (const auto problem = version_problem(*Store::open(left), hurt)) {
      return "the command run again: " + *problem;
    }
    return std::nullopt;
  }
  mlops::test::Oracle oracle() const {
    return [this](const fs::path& left, Ended ended) { return judge(left, ended); };
  }
};

}  // namespace

TEST_CASE("an add survives a power cut at any point", "[case-49][case-60]") {
  const Add add;
  const PowerCuts cuts = cut_everywhere(add.recording, add.oracle());
  std::cout << describe("add", cuts);
  CHECK(cuts.problems == std::vector<std::string>{});
  CHECK(cuts.states > 50);
}

TEST_CASE("each sync of an add that is left out is found", "[case-60]") {
  const Add add;
  // A pack's bytes and its name, a root's bytes and its name. An index is derived.
  check_each_missing_sync_is_found(add.recording, add.oracle(), "fsync", "/store/packs/");
  check_each_missing_sync_is_found(add.recording, add.oracle(), "fsync", "/store/roots");
  const auto data_syncs = find_calls(add.recording, "fdatasync", "/store/tmp/");
  REQUIRE(data_syncs.size() == 3);  // pack, index, root
  for (const std::size_t call : {data_syncs.front(), data_syncs.back()}) {
    CHECK(is_noticed(add.recording, {call}, add.oracle()));
  }
}

TEST_CASE("a repair survives a power cut at any point", "[case-49][case-60]") {
  const Repaired repaired;
  const PowerCuts cuts = cut_everywhere(repaired.recording, repaired.oracle());
  std::cout << describe("repair", cuts);
  CHECK(cuts.problems == std::vector<std::string>{});
  CHECK(cuts.states > 30);
}

TEST_CASE("each sync of a repair that is left out is found", "[case-60]") {
  const Repaired repaired;
  CHECK(repaired.readable.size() >= 2);
  const auto& calls = repaired.recording.calls;
  std::size_t found = 0;
  for (std::size_t at = 0; at < calls.size(); ++at) {
    const std::string name = fs::path(calls[at].path).lexically_relative(repaired.path).string();
    const bool is_sync = calls[at].name == "fsync" || calls[at].name == "fdatasync";
    // The new index is derived. A rename is one step of this disk, to which the sync of its old
    // directory is enough; not so of every disk.
    const bool is_index = name.starts_with("index") && found < 3;
    const bool is_index_data = calls[at].name == "fdatasync" && found >= 2;
    if (!is_sync || is_index || is_index_data || name == "quarantine") {
      continue;
    }
    CAPTURE(calls[at].name, name);
    CHECK(is_noticed(repaired.recording, {at}, repaired.oracle()));
    ++found;
  }
  // The new pack, its name, the quarantine's name, the damaged pack's old name, the old index.
  CHECK(found == 5);
}
