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
using mlops::test::PowerCuts;
using mlops::test::record;
using mlops::test::Recording;
using mlops::test::without;

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

std::optional<std::string> fsck_problem(const fs::path& path) {
  const FsckReport report = fsck(path);
  if (report.is_clean()) {
    return std::nullopt;
  }
  return report.damages.empty() ? "damaged pack: " + report.pack_damages[0].bytes.problem
                                : "damaged object: " + report.damages[0].problem;
}

void say(const char* what, const PowerCuts& cuts) {
  std::cout << what << ": power cut at " << cuts.points << " points, " << cuts.states
            << " different states\n";
}

void check_each_missing_sync_is_found(const Recording& recording,
                                      const mlops::test::Oracle& oracle,
                                      const std::string& name,
                                      const std::string& part) {
  const auto calls = find_calls(recording, name, part);
  CAPTURE(name, part);
  REQUIRE_FALSE(calls.empty());
  for (const std::size_t call : calls) {
    CHECK_FALSE(cut_everywhere(without(recording, call), oracle).problems.empty());
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
  Recording recording = record(path, [this] { repair_it(path); });

  Bytes damage() const {
    Bytes bytes = read_bytes(pack);
    const BlockView block = scan_blocks(bytes, "pack").back();
    bytes[block.offset + block.head.total_bytes() - 1] ^= 1U;
    write_bytes(pack, bytes);
    return bytes;
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
  say("add", cuts);
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
    CHECK_FALSE(cut_everywhere(without(add.recording, call), add.oracle()).problems.empty());
  }
}

TEST_CASE("a repair survives a power cut at any point", "[case-49][case-60]") {
  const Repaired repaired;
  const PowerCuts cuts = cut_everywhere(repaired.recording, repaired.oracle());
  say("repair", cuts);
  CHECK(cuts.problems == std::vector<std::string>{});
  CHECK(cuts.states > 50);
}

TEST_CASE("each sync of a repair that is left out is found", "[case-60]") {
  const Repaired repaired;
  const auto syncs = find_calls(repaired.recording, "fsync", "/store/quarantine");
  REQUIRE(syncs.size() == 1);
  const auto data_syncs = find_calls(repaired.recording, "fdatasync", "/store/tmp/");
  REQUIRE_FALSE(data_syncs.empty());
}
