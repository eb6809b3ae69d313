#include "workspace/stat_cache.h"

#include <catch2/catch.hpp>

#include "support/temp_dir.h"

namespace mlops::workspace::test {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kLongAgo = 1'600'000'000 * kSecond + 5;

os::FileStat stat_at(std::int64_t time_ns) {
  os::FileStat stat;
  stat.kind = os::FileKind::regular;
  stat.size = 7;
  stat.mode = 0644;
  stat.dev = 1;
  stat.ino = 2;
  stat.nlink = 1;
  stat.mtime_ns = time_ns;
  stat.ctime_ns = time_ns;
  return stat;
}

store::ObjectId id_of(std::uint8_t byte) {
  store::ObjectId id;
  id.bytes.fill(byte);
  return id;
}

TEST_CASE("entries survive saving, are forgotten by prefix and need every field equal",
          "[rule-09]") {
  const mlops::test::TempDir temp;
  const os::FileStat stat = stat_at(kLongAgo);
  {
    StatCache cache(temp / "cache");
    for (const char* path : {"d/a", "d/b/c", "d0", "d", "e"}) {
      cache.put(path, stat, id_of(1), std::nullopt);
    }
    cache.save();
  }
  StatCache cache(temp / "cache");
  REQUIRE(cache.find("d/a", stat));
  CHECK(cache.find("d/a", stat)->id == id_of(1));
  CHECK(cache.find("d/a", stat)->size == 7);
  CHECK_FALSE(cache.find("d/x", stat));
  for (auto field :
       {&os::FileStat::size, &os::FileStat::dev, &os::FileStat::ino, &os::FileStat::nlink}) {
    os::FileStat other = stat;
    other.*field += 1;
    CHECK_FALSE(cache.find("d/a", other));
  }
  os::FileStat other = stat;
  other.mode = 0755;
  CHECK_FALSE(cache.find("d/a", other));
  other = stat;
  other.mtime_ns -= 1;
  CHECK_FALSE(cache.find("d/a", other));
  other = stat;
  other.ctime_ns += 1;
  CHECK_FALSE(cache.find("d/a", other));

  cache.forget("d");
  cache.put("d/new", stat, id_of(2), std::nullopt);
  cache.save();
  StatCache again(temp / "cache");
  CHECK_FALSE(again.find("d", stat));
  CHECK_FALSE(again.find("d/a", stat));
  CHECK_FALSE(again.find("d/b/c", stat));
  CHECK(again.find("d0", stat));
  CHECK(again.find("e", stat));
  CHECK(again.find("d/new", stat)->id == id_of(2));
}

TEST_CASE("entries of a path and of all below it are counted once, saved and new") {
  const mlops::test::TempDir temp;
  const os::FileStat stat = stat_at(kLongAgo);
  {
    StatCache cache(temp / "cache");
    for (const char* path : {"d", "d-", "d/a", "d/b/c", "d0", "e"}) {
      cache.put(path, stat, id_of(1), std::nullopt);
    }
    CHECK(cache.count_within("d") == 3);
    cache.save();
  }
  StatCache cache(temp / "cache");
  CHECK(cache.count_within("d") == 3);
  CHECK(cache.count_within("d/b") == 1);
  CHECK(cache.count_within("x") == 0);
  CHECK(cache.has("d/b/c"));
  CHECK_FALSE(cache.has("d/b"));
  cache.put("d/a", stat, id_of(2), std::nullopt);
  cache.put("d/new", stat, id_of(2), std::nullopt);
  CHECK(cache.count_within("d") == 4);
  CHECK(cache.has("d/new"));
  cache.forget("d/b");
  CHECK_FALSE(cache.has("d/b/c"));
  CHECK(cache.count_within("d") == 3);
  cache.forget("d");
  CHECK(cache.count_within("d") == 0);
}

CachedDirectory directory_of(std::uint8_t byte) {
  CachedDirectory directory;
  directory.stat = stat_at(kLongAgo);
  directory.stat.kind = os::FileKind::directory;
  directory.entry.kind = store::EntryKind::directory;
  directory.entry.id = id_of(byte);
  directory.names = byte;
  return directory;
}

TEST_CASE("what changes in a directory takes it and those above out of the cache") {
  const mlops::test::TempDir temp;
  const os::FileStat stat = stat_at(kLongAgo);
  {
    StatCache cache(temp / "cache");
    cache.put("d/b/c", stat, id_of(1), std::nullopt);
    cache.put("d/x/y", stat, id_of(1), std::nullopt);
    for (const char* path : {"d", "d/b", "d/x", "d0"}) {
      cache.put_directory(path, directory_of(2));
    }
    cache.save();
  }
  StatCache cache(temp / "cache");
  REQUIRE(cache.find_directory("d/b") == directory_of(2));
  const auto saved = cache.saved_within("d");
  REQUIRE(saved);
  REQUIRE(saved->directories() == 3);
  CHECK(saved->directory_path(0) == "d");
  CHECK(saved->directory(2) == directory_of(2));
  REQUIRE(saved->files() == 2);
  CHECK(saved->file_path(1) == "d/x/y");
  SECTION("a file that is put") {
    cache.put("d/b/c", stat, id_of(3), std::nullopt);
  }
  SECTION("a file that is forgotten") {
    cache.forget("d/b/c");
  }
  SECTION("the directory that moves away") {
    cache.move("d/b", "e");
    CHECK_FALSE(cache.find_directory("e"));
  }
  CHECK_FALSE(cache.saved_within("d"));
  CHECK(cache.saved_within("d/x"));
  for (int i = 0; i < 2; ++i) {
    CHECK_FALSE(cache.find_directory("d"));
    CHECK_FALSE(cache.find_directory("d/b"));
    CHECK(cache.find_directory("d/x"));
    CHECK(cache.find_directory("d0"));
    cache.save();
  }
  StatCache again(temp / "cache");
  CHECK_FALSE(again.find_directory("d"));
  CHECK_FALSE(again.find_directory("d/b"));
  CHECK(again.find_directory("d/x") == directory_of(2));
}

TEST_CASE("any hint finds the same") {
  const mlops::test::TempDir temp;
  const os::FileStat stat = stat_at(kLongAgo);
  std::vector<std::string> paths;
  {
    StatCache cache(temp / "cache");
    for (int i = 100; i < 140; ++i) {
      paths.push_back("d/" + std::to_string(i));
      cache.put(paths.back(), stat, id_of(static_cast<std::uint8_t>(i)), std::nullopt);
    }
    cache.save();
  }
  const StatCache cache(temp / "cache");
  for (std::size_t start = 0; start <= paths.size() + 1; ++start) {
    for (std::size_t i = 0; i < paths.size(); ++i) {
      CAPTURE(start, i);
      StatCache::Hint hint{start};
      const auto found = cache.find(paths[i], stat, hint);
      REQUIRE(found);
      REQUIRE(found->id == id_of(static_cast<std::uint8_t>(100 + i)));
      REQUIRE(hint.at == i);
      StatCache::Hint other{start};
      REQUIRE_FALSE(cache.find(paths[i] + "x", stat, other));
    }
  }
}

TEST_CASE("racy entries do not answer", "[case-52][case-55][rule-09]") {
  const mlops::test::TempDir temp;
  const os::FileStat stat = stat_at(kLongAgo);
  CHECK(is_racy(stat, kLongAgo));
  CHECK(is_racy(stat, kLongAgo + kSecond / 100));
  CHECK_FALSE(is_racy(stat, kLongAgo + kSecond));
  CHECK(is_racy(stat, 0));
  const os::FileStat coarse = stat_at(1'600'000'000 * kSecond);
  CHECK(is_racy(coarse, coarse.mtime_ns + kSecond));
  CHECK_FALSE(is_racy(coarse, coarse.mtime_ns + 2 * kSecond));
  StatCache cache(temp / "cache");
  cache.put("read at once", stat, id_of(1), kLongAgo);
  cache.put("read later", stat, id_of(1), kLongAgo + kSecond);
  const os::FileStat future = stat_at(4'000'000'000 * kSecond + 5);
  cache.put("future", future, id_of(1), std::nullopt);
  CHECK_FALSE(cache.find("read at once", stat));
  CHECK(cache.find("read later", stat));
  CHECK_FALSE(cache.find("future", future));
  cache.save();
  StatCache saved(temp / "cache");
  CHECK_FALSE(saved.find("read at once", stat));
  CHECK(saved.find("read later", stat));
  CHECK_FALSE(saved.find("future", future));
}

TEST_CASE("every flipped byte and every cut gives an empty cache, never a wrong answer",
          "[case-27]") {
  const mlops::test::TempDir temp;
  const os::FileStat stat = stat_at(kLongAgo);
  {
    StatCache cache(temp / "cache");
    cache.put("a", stat, id_of(1), std::nullopt);
    cache.put("b/c", stat, id_of(2), std::nullopt);
    cache.save();
  }
  const std::string good = mlops::test::read_file(temp / "cache");
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    mlops::test::write_file(temp / "cache", bad);
    REQUIRE_FALSE(StatCache(temp / "cache").find("a", stat));
    mlops::test::write_file(temp / "cache", good.substr(0, i));
    REQUIRE_FALSE(StatCache(temp / "cache").find("a", stat));
  }
  mlops::test::write_file(temp / "cache", good);
  CHECK(StatCache(temp / "cache").find("a", stat));
}

}  // namespace
}  // namespace mlops::workspace::test
