/// Power cuts at every call of a gc (promises P2, P5): the store is valid, what was live can be
/// read, and the next gc removes what this one did not.

#include <iostream>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "fault/power_cut.h"
#include "unit/store/store_fixture.h"

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

Entry put_version(Writer& writer, std::uint64_t seed, std::size_t files) {
  const PlacementHint hint{"data", ""};
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < files; ++i) {
    entries.push_back(
        named(writer.put_file(source_of(noise(700, seed * 100 + i)), hint), std::to_string(i)));
  }
  return directory_of(writer, std::move(entries));
}

GcReport gc(const fs::path& path, const std::vector<ObjectId>& live) {
  GcRequest request;
  request.find_live = [&] { return live; };
  request.mode = GcMode::remove;
  NoProgress progress;
  return Store::open(path)->gc(request, progress, CancelToken());
}

/// A store with a pack to rewrite, one to remove and one that stays.
struct Collected {
  mlops::test::TempDir dir;
  fs::path path = dir.path() / "store";
  std::vector<ObjectId> live = fill();
  Recording recording = record(path, [this] { gc(path, live); });

  std::vector<ObjectId> fill() const {
    const auto store = Store::open(path);
    std::vector<ObjectId> kept;
    {
      const auto writer = store->begin_write();
      const Entry dead = put_version(*writer, 1, 3);
      const Entry sound = put_version(*writer, 2, 1);
      writer->commit(dead, "data");
      kept.push_back(writer->commit(sound, "data"));
    }
    for (const std::uint64_t seed : {3U, 4U}) {
      const auto writer = store->begin_write();
      const ObjectId root = writer->commit(put_version(*writer, seed, 2), "data");
      if (seed == 4) {
        kept.push_back(root);
      }
    }
    return kept;
  }

  std::optional<std::string> problem_of(const fs::path& left) const {
    if (!fsck(left).is_clean()) {
      return "fsck objects";
    }
    try {
      const auto store = Store::open(left);
      for (const ObjectId& root : live) {
        for (const Entry& entry : store->read_node(store->load_root(root).top.id).entries) {
          read_all(*store, entry);
        }
      }
    } catch (const Error& error) {
      return "a live version: " + error.message();
    }
    return std::nullopt;
  }

  std::optional<std::string> judge(const fs::path& left, Ended) const {
    if (const auto problem = problem_of(left)) {
      return problem;
    }
    if (const GcReport again = gc(left, live); !again.problem.empty()) {
      return "gc again: " + again.problem;
    }
    if (Store::open(left)->list_roots().size() != live.size() ||
        files_below(left / "packs").size() > live.size() || !files_below(left / "tmp").empty()) {
      return "gc again leaves what is dead";
    }
    if (const auto problem = problem_of(left)) {
      return "after gc again: " + *problem;
    }
    return std::nullopt;
  }
  mlops::test::Oracle oracle() const {
    return [this](const fs::path& left, Ended ended) { return judge(left, ended); };
  }
};

}  // namespace

TEST_CASE("a gc survives a power cut at any point", "[case-49][case-60]") {
  const Collected collected;
  const PowerCuts cuts = cut_everywhere(collected.recording, collected.oracle());
  std::cout << describe("gc", cuts);
  CHECK(cuts.problems == std::vector<std::string>{});
  CHECK(cuts.states > 50);
}

TEST_CASE("each sync of a gc that is left out is found", "[case-60]") {
  const Collected collected;
  const auto check = [&](std::size_t call) {
    CAPTURE(collected.recording.calls[call].path);
    CHECK(is_noticed(collected.recording, {call}, collected.oracle()));
  };
  const auto calls = [&](const std::string& name, const std::string& part) {
    auto found = find_calls(collected.recording, name, part);
    REQUIRE_FALSE(found.empty());
    return found;
  };
  // The new pack's bytes and its name; then, before the old packs go, the names of the dead roots
  // and of the old index. The new index is derived, and nothing waits for the old packs' names.
  check(calls("fdatasync", "/store/tmp/").front());
  check(calls("fsync", "/store/packs/").front());
  check(calls("fsync", "/store/roots").front());
  check(calls("fsync", "/store/index").back());
}
