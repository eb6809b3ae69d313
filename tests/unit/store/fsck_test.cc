#include "store/fsck.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

namespace {

bool names_root(const FsckReport& report, const ObjectId& root) {
  return std::any_of(report.damages.begin(), report.damages.end(), [&](const Damage& damage) {
    return std::count(damage.roots.begin(), damage.roots.end(), root) > 0;
  });
}

/// One small file as a data set.
Sample write_one(Store& store, const Bytes& content) {
  Sample sample;
  auto writer = store.begin_write();
  sample.small = content;
  sample.top = writer->put_file(source_of(content), {"data", ""});
  sample.root = writer->commit(sample.top);
  return sample;
}

}  // namespace

TEST_CASE("a sound store is clean") {
  const ::mlops::test::TempDir dir;
  write_sample(*Store::open(dir.path()));
  const FsckReport report = fsck(dir.path());
  CHECK(report.is_clean());
  CHECK(report.notes.empty());
  CHECK(report.packs == 1);
  CHECK(report.roots == 1);
  CHECK(report.objects > 5);
  CHECK(report.bytes > 100'000);
}

TEST_CASE("a version that is added during a check is no damage", "[case-61]") {
  /// Adds another version at each step: after the packs are listed, after they are read.
  struct AddsMeanwhile : Progress {
    explicit AddsMeanwhile(fs::path path) : store(std::move(path)) {}
    void begin(std::string_view, std::uint64_t, std::uint64_t) override {
      write_sample(*Store::open(store), ++added);
    }
    void advance(std::uint64_t, std::uint64_t) override {}
    void end() override {}
    void warn(std::string_view) override {}
    fs::path store;
    std::uint64_t added = 0;
  };
  const ::mlops::test::TempDir dir;
  AddsMeanwhile adds(dir.path());
  CHECK(Store::open(dir.path())->fsck(adds, CancelToken()).is_clean());
  CHECK(adds.added >= 2);
}

TEST_CASE("an empty store is clean") {
  const ::mlops::test::TempDir dir;
  CHECK(fsck(dir.path()).is_clean());
}

TEST_CASE("damage names the objects and the versions that need them", "[case-27][case-59]") {
  const ::mlops::test::TempDir dir;
  const Sample hurt = write_one(*Store::open(dir.path()), noise(1000, 1));
  const fs::path pack = files_below(dir.path() / "packs").front();
  const Sample sound = write_one(*Store::open(dir.path()), noise(1000, 2));
  Bytes bytes = read_bytes(pack);
  bytes[64 + 28 + 37 + 500] ^= 1U;
  write_bytes(pack, bytes);
  const FsckReport report = fsck(dir.path());
  CHECK(names_root(report, hurt.root));
  CHECK_FALSE(names_root(report, sound.root));
  CHECK(std::any_of(report.damages.begin(), report.damages.end(), [&](const Damage& damage) {
    return damage.id == hurt.top.id && damage.where == pack.string();
  }));
  CHECK(read_all(*Store::open(dir.path()), sound.top) == sound.small);
  CHECK_THROWS_AS(read_all(*Store::open(dir.path()), hurt.top), Error);
}

TEST_CASE("a pack cut short at any place leaves the others usable", "[case-26]") {
  const ::mlops::test::TempDir dir;
  const Sample hurt = write_one(*Store::open(dir.path()), noise(100, 1));
  const fs::path pack = files_below(dir.path() / "packs").front();
  const Sample sound = write_one(*Store::open(dir.path()), noise(1000, 2));
  const Bytes bytes = read_bytes(pack);
  for (std::size_t size = 0; size < bytes.size(); size += 23) {
    CAPTURE(size);
    write_bytes(pack, std::span(bytes).first(size));
    const FsckReport report = fsck(dir.path());
    REQUIRE_FALSE(report.is_clean());
    REQUIRE_FALSE(names_root(report, sound.root));
    const auto store = Store::open(dir.path());
    REQUIRE(read_all(*store, sound.top) == sound.small);
    std::optional<Bytes> content;
    std::optional<ErrorKind> refused;
    try {
      content = read_all(*store, hurt.top);
    } catch (const Error& error) {
      refused = error.kind();
    }
    REQUIRE((content == hurt.small || refused == ErrorKind::corrupt));
    REQUIRE(names_root(report, hurt.root) == refused.has_value());
  }
}

TEST_CASE("a deleted pack is missed by every version that needs it") {
  const ::mlops::test::TempDir dir;
  const Sample sample = write_sample(*Store::open(dir.path()));
  fs::remove(files_below(dir.path() / "packs").front());
  const FsckReport report = fsck(dir.path());
  CHECK(names_root(report, sample.root));
  // Adding the content again heals: an index of a pack that is gone is no reason to skip it.
  const Sample again = write_sample(*Store::open(dir.path()));
  CHECK(again.root == sample.root);
  check_sample(*Store::open(dir.path()), sample);
}

TEST_CASE("a damaged root is named", "[case-27]") {
  const ::mlops::test::TempDir dir;
  const Sample sample = write_sample(*Store::open(dir.path()));
  const fs::path file = dir.path() / "roots" / sample.root.hex();
  const Bytes bytes = read_bytes(file);
  for (std::size_t bit = 0; bit < bytes.size() * 8; bit += 5) {
    Bytes flipped = bytes;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << bit % 8));
    write_bytes(file, flipped);
    CAPTURE(bit);
    REQUIRE_THROWS_AS(Store::open(dir.path())->load_root(sample.root), Error);
  }
  const FsckReport report = fsck(dir.path());
  REQUIRE(report.damages.size() == 1);
  CHECK(report.damages[0].id == sample.root);
  CHECK(report.damages[0].type == ObjectType::root);
}

TEST_CASE("a damaged index is rebuilt from the packs", "[case-33]") {
  const ::mlops::test::TempDir dir;
  const Sample sample = write_sample(*Store::open(dir.path()));
  const fs::path file = files_below(dir.path() / "index").front();
  const Bytes bytes = read_bytes(file);
  for (std::size_t at = 0; at < bytes.size(); at += 157) {
    CAPTURE(at);
    for (const fs::path& old : files_below(dir.path() / "index")) {
      fs::remove(old);
    }
    Bytes damaged = bytes;
    damaged[at] ^= 0x10U;
    write_bytes(file, damaged);
    check_sample(*Store::open(dir.path()), sample);
    const FsckReport report = fsck(dir.path());
    REQUIRE(report.is_clean());
    REQUIRE(report.notes.size() == 2);
    REQUIRE(fsck(dir.path()).notes.empty());
  }
}

TEST_CASE("a lost content map is restored") {
  const ::mlops::test::TempDir dir;
  const Sample sample = write_sample(*Store::open(dir.path()));
  for (const fs::path& file : files_below(dir.path() / "contents")) {
    fs::remove(file);
  }
  CHECK(fsck(dir.path()).notes.size() == 1);
  CHECK(Store::open(dir.path())->find_root_of(sample.top) == sample.root);
}

TEST_CASE("a tree that lies about its counts is named", "[case-31]") {
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path());
  auto writer = store->begin_write();
  Entry file = named(writer->put_file(source_of(noise(100, 1)), {"data", ""}), "f");
  file.size = 101;
  Entry top = directory_of(*writer, {file});
  const ObjectId liar = top.id;
  const ObjectId root = writer->commit(top);
  top.files = 7;
  const ObjectId second = writer->commit(top);
  const FsckReport report = fsck(dir.path());
  CHECK(names_root(report, root));
  CHECK(names_root(report, second));
  CHECK(std::any_of(report.damages.begin(), report.damages.end(), [&](const Damage& damage) {
    return damage.id == liar;
  }));
}

TEST_CASE("a directory with a name that no tree may have is named, with its version",
          "[case-01][case-03][case-04]") {
  const std::string name = GENERATE("..", "./", ".git");
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path());
  auto writer = store->begin_write();
  const std::string good(name.size(), 'x');
  const Entry file = named(writer->put_file(source_of(noise(100, 1)), {"data", ""}), good);
  Entry top = directory_of(*writer, {file});
  Node node;
  node.entries = {file};
  Bytes bytes = encode_node(node);
  const auto at = std::search(bytes.begin(), bytes.end(), good.begin(), good.end());
  REQUIRE(at != bytes.end());
  std::copy(name.begin(), name.end(), at);
  top.id = writer->put(ObjectType::node, bytes, {"data", ""});
  const ObjectId root = writer->commit(top);
  const FsckReport report = fsck(dir.path());
  CHECK(names_root(report, root));
  CHECK(std::any_of(report.damages.begin(), report.damages.end(), [&](const Damage& damage) {
    return damage.id == top.id;
  }));
}

TEST_CASE("a tree deeper than any path is named", "[case-31]") {
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path());
  auto writer = store->begin_write();
  Entry top = directory_of(*writer, {named(writer->put_file(source_of({}), {"data", ""}), "f")});
  for (int depth = 0; depth < 2100; ++depth) {
    top.name = "d";
    top = directory_of(*writer, {top});
  }
  const ObjectId root = writer->commit(top);
  CHECK(names_root(fsck(dir.path()), root));
}

TEST_CASE("a cancelled check says so") {
  const ::mlops::test::TempDir dir;
  write_sample(*Store::open(dir.path()));
  CancelToken cancel;
  cancel.cancel();
  NoProgress progress;
  CHECK_THROWS_AS(Store::open(dir.path())->fsck(progress, cancel), Error);
}
