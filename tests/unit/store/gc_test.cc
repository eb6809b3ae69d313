#include <algorithm>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/hex.h"
#include "os/fault.h"
#include "os/file.h"
#include "store/layout.h"
#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

namespace {

constexpr CacheLimits kKeepResults{std::chrono::hours(24), 1ULL << 40U};

GcRequest request_for(std::vector<ObjectId> live, GcMode mode = GcMode::remove) {
  GcRequest request;
  request.find_live = [live = std::move(live)] { return live; };
  request.cache = kKeepResults;
  request.mode = mode;
  return request;
}

GcReport gc(Store& store, const GcRequest& request) {
  NoProgress progress;
  return store.gc(request, progress, CancelToken());
}

std::vector<fs::path> packs_of(const fs::path& store) {
  return files_below(store / "packs");
}

struct Place {
  ::mlops::test::TempDir dir;
  fs::path path = dir.path() / "store";
  std::unique_ptr<Store> store = Store::open(path);
};

/// A data set of `files` files of noise.
Entry put_noise(Writer& writer, std::uint64_t seed, std::size_t files, std::string_view name) {
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < files; ++i) {
    const PlacementHint hint{std::string(name), ""};
    entries.push_back(named(writer.put_file(source_of(noise(50'000, seed * 1000 + i)), hint),
                            "f" + std::to_string(i)));
  }
  return directory_of(writer, std::move(entries));
}

ObjectId commit_noise(Writer& writer,
                      std::uint64_t seed,
                      std::size_t files,
                      std::string_view name) {
  return writer.commit(put_noise(writer, seed, files, name), name);
}

/// A pack of which less than a third is needed by the root that this returns.
ObjectId commit_sparse_pack(Store& store) {
  const auto writer = store.begin_write();
  const Entry gone = put_noise(*writer, 1, 8, "data/gone");
  const Entry kept = put_noise(*writer, 2, 3, "data/kept");
  writer->commit(gone, "data/gone");
  return writer->commit(kept, "data/kept");
}

void read_whole(const Store& store, const ObjectId& root) {
  for (const Entry& entry : store.read_node(store.load_root(root).top.id).entries) {
    CHECK(read_all(store, entry).size() == entry.size);
  }
}

}  // namespace

TEST_CASE("gc removes the versions that nothing names and keeps the others") {
  Place place;
  const Sample kept = write_sample(*place.store, 1);
  const ObjectId gone = commit_noise(*place.store->begin_write(), 7, 4, "data/gone");
  const GcReport report = gc(*place.store, request_for({kept.root}));
  REQUIRE(report.versions.size() == 1);
  CHECK(report.versions[0].root == gone);
  CHECK(report.versions[0].data_set == "data/gone");
  CHECK(report.versions[0].bytes == 200'000);
  CHECK(report.versions[0].own_bytes >= 200'000);
  CHECK(report.packs_removed == 1);
  CHECK(report.freed_bytes >= 200'000);
  CHECK(packs_of(place.path).size() == 1);
  CHECK(place.store->list_roots() == std::vector<ObjectId>{kept.root});
  check_sample(*place.store, kept);
  check_sample(*Store::open(place.path), kept);
  CHECK(fsck(place.path).is_clean());
  CHECK(fsck(place.path).notes.empty());
  // Nothing is left to do, and what went can come again.
  const GcReport again = gc(*place.store, request_for({kept.root}));
  CHECK(again.versions.empty());
  CHECK(again.freed_bytes == 0);
  read_whole(*place.store, commit_noise(*place.store->begin_write(), 7, 4, "data/gone"));
}

TEST_CASE("a dry run says what would go and changes nothing") {
  Place place;
  write_sample(*place.store, 1);
  const auto before = files_below(place.path);
  const GcReport report = gc(*place.store, request_for({}, GcMode::dry_run));
  CHECK(report.versions.size() == 1);
  CHECK(report.packs_removed == 1);
  CHECK(report.freed_bytes > 0);
  CHECK(report.kept_bytes == 0);
  auto after = files_below(place.path);
  std::erase(after, place.path / "gc-lock");
  CHECK(after == before);
}

TEST_CASE("a pack under half live is rewritten, and readers go on", "[case-61]") {
  Place place;
  const ObjectId kept = commit_sparse_pack(*place.store);
  // Two readers: one that has the old index and looks only now, one that is about to read more.
  const auto reader = Store::open(place.path);
  CHECK(reader->contains(reader->load_root(kept).top.id));
  const auto old_packs = packs_of(place.path);
  const GcReport report = gc(*Store::open(place.path), request_for({kept}));
  CHECK(report.packs_rewritten == 1);
  CHECK(report.freed_bytes >= 300'000);
  const auto packs = packs_of(place.path);
  CHECK(packs.size() == 1);
  CHECK(packs != old_packs);
  read_whole(*reader, kept);
  read_whole(*place.store, kept);
  CHECK(fsck(place.path).is_clean());
}

TEST_CASE("what is published while gc marks is kept, also on what looked dead", "[case-61]") {
  Place place;
  const ObjectId dead = commit_noise(*place.store->begin_write(), 1, 4, "data/a");
  const ObjectId back = commit_noise(*place.store->begin_write(), 2, 4, "data/b");
  ObjectId fresh;
  int calls = 0;
  GcRequest request = request_for({});
  request.find_live = [&]() -> std::vector<ObjectId> {
    if (calls++ > 0) {
      return {back};  // its pointer was written meanwhile: the root was there already
    }
    const auto other = Store::open(place.path);
    const auto writer = other->begin_write();
    // A new version made of the objects of a dead one.
    const Node top = other->read_node(other->load_root(dead).top.id);
    fresh = writer->commit(directory_of(*writer, {top.entries[0], top.entries[1]}));
    return {};
  };
  const GcReport report = gc(*place.store, request);
  CHECK(calls == 2);
  CHECK(report.versions.size() == 1);
  CHECK(report.versions.at(0).root == dead);
  const auto store = Store::open(place.path);
  read_whole(*store, fresh);
  read_whole(*store, back);
  CHECK_FALSE(store->find_root(dead));
  CHECK(fsck(place.path).is_clean());
}

TEST_CASE("what names goes before what is named, each for good", "[case-49]") {
  Place place;
  const ObjectId kept = commit_sparse_pack(*place.store);
  const fs::path old_pack = packs_of(place.path).at(0);
  const ObjectId other = commit_noise(*place.store->begin_write(), 3, 2, "data/other");
  // One segment for both packs: it has to be written anew.
  for (const fs::path& index : files_below(place.path / "index")) {
    os::remove_file(index);
  }
  place.store->begin_write();
  os::fault::arm("trace");
  gc(*place.store, request_for({kept, other}));
  const auto calls = os::fault::trace();
  os::fault::arm("off");
  std::vector<std::string> steps;
  const auto note = [&](const std::string& step) {
    if (steps.empty() || steps.back() != step) {
      steps.push_back(step);
    }
  };
  for (const os::fault::Call& call : calls) {
    const fs::path parent = fs::path(call.path).parent_path();
    if (call.name == "unlinkat" && parent == place.path / "roots") {
      note("root gone");
    } else if (call.name == "fsync" && call.path == place.path / "roots") {
      note("roots synced");
    } else if (call.name == "renameat2" &&
               fs::path(call.to).parent_path() == place.path / "index") {
      note("index there");
    } else if (call.name == "unlinkat" && parent == place.path / "index") {
      note("old index gone");
    } else if (call.name == "fsync" && call.path == place.path / "index") {
      note("index synced");
    } else if (call.name == "unlinkat" && call.path == old_pack) {
      note("pack gone");
    }
  }
  // Of the packs that were written anew, then of what is left.
  CHECK(steps == std::vector<std::string>{"index there",
                                          "index synced",
                                          "root gone",
                                          "roots synced",
                                          "index there",
                                          "index synced",
                                          "old index gone",
                                          "index synced",
                                          "pack gone"});
}

TEST_CASE("gc refuses when a version in use is not whole, and removes nothing", "[case-59]") {
  Place place;
  const ObjectId kept = commit_noise(*place.store->begin_write(), 1, 2, "data/a");
  const auto pack = packs_of(place.path).at(0);
  commit_noise(*place.store->begin_write(), 2, 2, "data/b");
  os::remove_file(pack);
  const auto before = files_below(place.path);
  const auto store = Store::open(place.path);
  CHECK_THROWS_AS(gc(*store, request_for({kept})), Error);
  auto after = files_below(place.path);
  std::erase(after, place.path / "gc-lock");
  CHECK(after == before);
}

TEST_CASE("an error of whoever knows the roots ends gc with nothing removed") {
  Place place;
  write_sample(*place.store, 1);
  GcRequest request = request_for({});
  int calls = 0;
  const int failing = GENERATE(1, 2);
  request.find_live = [&]() -> std::vector<ObjectId> {
    if (++calls == failing) {
      throw Error(ErrorKind::config, "a clone cannot be read");
    }
    return {};
  };
  CHECK_THROWS_AS(gc(*place.store, request), Error);
  CHECK(place.store->list_roots().size() == 1);
  CHECK(packs_of(place.path).size() == 1);
}

TEST_CASE("gc does not remove while somebody writes or runs, and not beside another gc") {
  Place place;
  write_sample(*place.store, 1);
  {
    const auto writer = Store::open(place.path)->begin_write();
    CHECK_THROWS_AS(gc(*place.store, request_for({})), Error);
    CHECK(packs_of(place.path).size() == 1);
  }
  {
    const auto other = Store::open(place.path);
    const os::FileLock hold = other->hold(nullptr);
    CHECK_THROWS_AS(gc(*place.store, request_for({})), Error);
    CHECK(place.store->list_roots().size() == 1);
  }
  GcRequest request = request_for({});
  request.find_live = [&]() -> std::vector<ObjectId> {
    CHECK_THROWS_AS(gc(*Store::open(place.path), request_for({})), Error);
    return {};
  };
  gc(*place.store, request);
  CHECK(place.store->list_roots().empty());
}

TEST_CASE("many small packs and segments become one") {
  Place place;
  std::vector<ObjectId> roots;
  for (std::uint64_t seed = 1; seed <= 9; ++seed) {
    roots.push_back(commit_noise(*place.store->begin_write(), seed, 2, "data/x"));
  }
  const GcReport report = gc(*place.store, request_for(roots));
  CHECK(report.packs_rewritten == 9);
  CHECK(packs_of(place.path).size() == 1);
  CHECK(os::list_directory(place.path / "index").size() == 1);
  const auto store = Store::open(place.path);
  for (const ObjectId& root : roots) {
    read_whole(*store, root);
  }
  CHECK(fsck(place.path).is_clean());
  CHECK(gc(*place.store, request_for(roots)).packs_rewritten == 0);
}

TEST_CASE("cached results keep their outs while they are young and small", "[case-55]") {
  Place place;
  const auto keep = [&](std::uint64_t seed) {
    const ObjectId root = commit_noise(*place.store->begin_write(), seed, 2, "out");
    ObjectId key;
    key.bytes[0] = static_cast<std::uint8_t>(seed);
    place.store->put_result(key, R"({"outs":[{"root":")" + format_root(root) + "\"}]}");
    return std::pair(key, root);
  };
  const auto [named_key, named_root] = keep(1);
  const auto [key, root] = keep(2);
  GcRequest request = request_for({named_root});
  gc(*place.store, request);
  CHECK(place.store->find_root(root));
  SECTION("too old") {
    request.cache.max_age = std::chrono::milliseconds(-1);
  }
  SECTION("too large") {
    request.cache.max_bytes = 99'999;
  }
  const GcReport report = gc(*place.store, request);
  CHECK(report.results == 1);
  CHECK_FALSE(place.store->find_result(key));
  CHECK_FALSE(place.store->find_root(root));
  // What a lock names costs the cache nothing, however old.
  CHECK(place.store->find_result(named_key));
  read_whole(*place.store, named_root);
}

TEST_CASE("files of writers that died are removed, other files are not") {
  Place place;
  write_sample(*place.store, 1);
  write_bytes(place.path / "tmp" / "tmp-abc", bytes_of("half a pack"));
  write_bytes(place.path / "tmp" / "mine", bytes_of("x"));
  write_bytes(place.path / "contents" / "tmp-abc", bytes_of("x"));
  write_bytes(place.path / "index" / "notes", bytes_of("x"));
  gc(*place.store, request_for({}));
  CHECK_FALSE(os::lstat_file(place.path / "tmp" / "tmp-abc"));
  CHECK_FALSE(os::lstat_file(place.path / "contents" / "tmp-abc"));
  CHECK(os::lstat_file(place.path / "tmp" / "mine"));
  CHECK(os::lstat_file(place.path / "index" / "notes"));
}

TEST_CASE("a damaged pack is not rewritten: its live copy may be the last", "[case-59]") {
  Place place;
  const ObjectId kept = commit_sparse_pack(*place.store);
  const fs::path pack = packs_of(place.path).at(0);
  Bytes bytes = read_bytes(pack);
  const Bytes content = noise(50'000, 2000);
  const auto at = std::search(bytes.begin(), bytes.end(), content.begin(), content.begin() + 64);
  REQUIRE(at != bytes.end());
  *at ^= 1U;
  write_bytes(pack, bytes);
  const GcReport report = gc(*Store::open(place.path), request_for({kept}));
  CHECK(report.packs_damaged == 1);
  CHECK(report.packs_rewritten == 0);
  CHECK(os::lstat_file(pack));
}

TEST_CASE("a damaged or missing index does not make gc lose anything") {
  Place place;
  const Sample kept = write_sample(*place.store, 1);
  write_sample(*place.store, 2);
  const auto index = files_below(place.path / "index");
  REQUIRE(index.size() == 2);
  os::remove_file(index[0]);
  Bytes bytes = read_bytes(index[1]);
  bytes[bytes.size() / 2] ^= 1U;
  os::remove_file(index[1]);
  write_bytes(index[1], bytes);
  const auto store = Store::open(place.path);
  CHECK(gc(*store, request_for({kept.root})).packs_removed == 1);
  check_sample(*Store::open(place.path), kept);
  CHECK(fsck(place.path).is_clean());
}
