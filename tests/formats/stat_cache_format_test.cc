#include <cstdint>
#include <limits>
#include <map>

#include <catch2/catch.hpp>

#include "sample.h"
#include "workspace/stat_cache.h"

using namespace mlops;
using namespace mlops::formats;
using workspace::StatCache;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

struct Known {
  os::FileStat stat;
  store::ObjectId id;
};

Known known(std::uint64_t size, std::uint32_t mode, std::int64_t mtime_ns, std::uint8_t id) {
  Known one;
  one.stat = {.kind = os::FileKind::regular,
              .size = size,
              .mode = mode,
              .owner = 1000,
              .dev = 0x10302,
              .ino = 4'201'337,
              .nlink = 1,
              .mtime_ns = mtime_ns,
              .ctime_ns = 1'600'000'000 * kSecond + 123'456'789};
  one.id = id_of(id);
  return one;
}

/// In another order than that of the file, which is by bytes.
std::map<std::string, Known> known_files() {
  auto largest = known(UINT64_MAX, 07777, std::numeric_limits<std::int64_t>::min(), 0xFF);
  largest.stat.owner = UINT32_MAX;
  largest.stat.dev = largest.stat.ino = largest.stat.nlink = UINT64_MAX;
  return {{"data/train.csv", known(184'218, 0644, 1'500'000'000 * kSecond, 1)},
          {"data/train.csv.bak", known(0, 0600, 1'500'000'000 * kSecond + 1, 2)},
          {"data/\xE6\x97\xA5\xE6\x9C\xAC", known(7, 0644, -1, 3)},
          {"data/caf\xE9", known(7, 0444, 0, 4)},
          {"largest", largest},
          {"run.sh", known(10, 0755, 1'500'000'000 * kSecond, 5)}};
}

workspace::CachedDirectory directory(std::uint64_t size,
                                     std::uint64_t files,
                                     std::uint32_t names,
                                     std::uint8_t id) {
  workspace::CachedDirectory one;
  one.stat = known(4096, 0755, 1'500'000'000 * kSecond, 0).stat;
  one.stat.kind = os::FileKind::directory;
  one.entry.kind = store::EntryKind::directory;
  one.entry.size = size;
  one.entry.files = files;
  one.entry.id = id_of(id);
  one.names = names;
  return one;
}

std::map<std::string, workspace::CachedDirectory> known_directories() {
  return {{"data", directory(184'232, 4, 4, 6)},
          {"data.old/a", directory(UINT64_MAX, UINT64_MAX, UINT32_MAX, 7)}};
}

}  // namespace

TEST_CASE("the stat cache MLSTATC3 is read for ever and written the same", "[stat_cache]") {
  const StatCache cache(sample("stat-cache/stat-cache-main"));
  const test::TempDir temp;
  StatCache again(temp / "cache");
  for (const auto& [path, file] : known_files()) {
    CAPTURE(path);
    const auto found = cache.find(path, file.stat);
    REQUIRE(found);
    CHECK(found->id == file.id);
    CHECK(found->size == file.stat.size);
    CHECK((found->kind == store::EntryKind::executable) == file.stat.is_executable());
    again.put(path, file.stat, file.id, std::nullopt);
  }
  CHECK_FALSE(cache.find("data", known_files().at("run.sh").stat));
  for (const auto& [path, found] : known_directories()) {
    CHECK(cache.find_directory(path) == found);
    again.put_directory(path, found);
  }
  CHECK_FALSE(cache.find_directory("run.sh"));
  again.save();
  CHECK(test::read_file(temp / "cache") == sample_text("stat-cache/stat-cache-main"));
}

TEST_CASE("write the stat cache of this version", "[.write]") {
  StatCache cache("stat-cache/stat-cache-main");
  for (const auto& [path, file] : known_files()) {
    cache.put(path, file.stat, file.id, std::nullopt);
  }
  for (const auto& [path, one] : known_directories()) {
    cache.put_directory(path, one);
  }
  cache.save();
}
