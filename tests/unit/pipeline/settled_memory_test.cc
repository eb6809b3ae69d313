#include "pipeline/settled_memory.h"

#include <filesystem>
#include <vector>

#include <catch2/catch.hpp>

#include "codec/crc32c.h"
#include "os/clock.h"
#include "os/file.h"
#include "support/temp_dir.h"

namespace {

using namespace mlops;
using namespace mlops::pipeline;
using Of = os::Sighting::Of;
using What = os::Sighting::What;
namespace fs = std::filesystem;

constexpr std::int64_t kSecond = 1'000'000'000;

struct Fixture {
  test::TempDir dir;
  fs::path top = fs::canonical(dir.path());

  Fixture() {
    fs::create_directories(top / "a");
    write("a/file", "1");
    fs::create_symlink("file", top / "a/link");
  }
  void write(const fs::path& path, std::string_view text) const {
    os::write_file_atomic(top / path, text, os::Durability::relaxed);
  }
  std::vector<os::Sighting> sightings() const {
    std::vector<os::Sighting> all{{(top / "a").native(), Of::entry, What::way},
                                  {(top / "a/file").native(), Of::entry, What::something},
                                  {(top / "a/link").native(), Of::target, What::something},
                                  {(top / "a/none").native(), Of::entry, What::nothing}};
    return all;
  }
  /// As by a look that begins in an hour: nothing is racy.
  std::vector<SettledMemory::Directory> see() const {
    return see_all(sightings(), os::wall_time_ns() + 3'600 * kSecond).value();
  }
};

SettledMemory sample() {
  SettledMemory memory;
  memory.request[3] = 7;
  memory.instances.resize(2);
  memory.instances[0].id = "a";
  memory.instances[0].state = InstanceState::hit;
  memory.instances[0].reason = "up to date";
  memory.instances[0].grade = "weak";
  memory.instances[1].id = "b@x=1";
  memory.instances[1].state = InstanceState::skipped;
  os::FileStat stat;
  stat.kind = os::FileKind::symlink;
  stat.mode = 0777;
  stat.owner = 3;
  stat.size = 1ULL << 40U;
  stat.dev = 4;
  stat.ino = 5;
  stat.nlink = 6;
  stat.mtime_ns = -1;
  stat.ctime_ns = kSecond;
  memory.directories = {
      {"/", {{"", Of::entry, What::way, stat}}},
      {"/a", {{"x", Of::target, What::something, stat}, {"y", Of::entry, What::nothing, {}}}}};
  return memory;
}

codec::Bytes with_sum(codec::Bytes bytes) {
  bytes.resize(bytes.size() - 4);
  codec::ByteWriter sum;
  sum.u32(codec::crc32c(bytes));
  bytes.insert(bytes.end(), sum.bytes().begin(), sum.bytes().end());
  return bytes;
}

}  // namespace

TEST_CASE("a memory of a settled run is read as it was written") {
  const auto memory = sample();
  const auto read = decode_settled(encode_settled(memory));
  REQUIRE(read);
  CHECK(read->request == memory.request);
  CHECK(read->directories == memory.directories);
  REQUIRE(read->instances.size() == 2);
  CHECK(read->instances[0].id == "a");
  CHECK(read->instances[0].state == InstanceState::hit);
  CHECK(read->instances[0].reason == "up to date");
  CHECK(read->instances[0].grade == "weak");
  CHECK(read->instances[1].state == InstanceState::skipped);
}

TEST_CASE("a damaged memory is none") {
  const auto bytes = encode_settled(sample());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    CHECK_FALSE(decode_settled(std::span(bytes).first(i)));
    auto turned = bytes;
    turned[i] ^= 1U;
    CHECK_FALSE(decode_settled(turned));
  }
  auto longer = bytes;
  longer.insert(longer.end() - 4, 0);
  CHECK_FALSE(decode_settled(with_sum(longer)));
}

TEST_CASE("a memory with a good sum and bad content is none") {
  auto memory = sample();
  SECTION("directories out of order") {
    std::swap(memory.directories[0], memory.directories[1]);
  }
  SECTION("a relative directory") {
    memory.directories[0].path = "a";
  }
  SECTION("a directory with a NUL byte") {
    memory.directories[1].path += '\0';
  }
  SECTION("a name with a slash") {
    memory.directories[1].seen[0].name = "../x";
  }
  SECTION("a name with a NUL byte") {
    memory.directories[1].seen[0].name = std::string(1, '\0');
  }
  CHECK_FALSE(decode_settled(encode_settled(memory)));
}

TEST_CASE("what was seen is the same until something of it changes") {
  const Fixture at;
  const auto seen = at.see();
  REQUIRE(is_all_as_seen(seen));
  SECTION("content of the same size") {
    at.write("a/file", "2");
  }
  SECTION("times alone") {
    fs::last_write_time(at.top / "a/file", fs::file_time_type::clock::now());
  }
  SECTION("permissions") {
    fs::permissions(at.top / "a/file", fs::perms::owner_exec, fs::perm_options::add);
  }
  SECTION("one more name for it") {
    fs::create_hard_link(at.top / "a/file", at.top / "b");
  }
  SECTION("gone") {
    fs::remove(at.top / "a/file");
  }
  SECTION("what was not there") {
    at.write("a/none", "");
  }
  SECTION("a link where nothing was") {
    fs::create_symlink("nowhere", at.top / "a/none");
  }
  SECTION("where a link leads") {
    at.write("other", "1");
    fs::remove(at.top / "a/link");
    fs::create_symlink("../other", at.top / "a/link");
  }
  SECTION("the way there is a link") {
    fs::rename(at.top / "a", at.top / "moved");
    fs::create_symlink("moved", at.top / "a");
  }
  SECTION("the way is gone") {
    fs::rename(at.top / "a", at.top / "moved");
  }
  CHECK_FALSE(is_all_as_seen(seen));
}

TEST_CASE("a way that leads nowhere is seen when it leads somewhere") {
  const Fixture at;
  const std::vector<os::Sighting> sightings{{(at.top / "no").native(), Of::entry, What::way},
                                            {(at.top / "no/bin").native(), Of::entry, What::way},
                                            {(at.top / "no/bin/sh").native(), Of::target}};
  const auto seen = see_all(sightings, os::wall_time_ns() + kSecond).value();
  CHECK(is_all_as_seen(seen));
  fs::create_directories(at.top / "no");
  CHECK_FALSE(is_all_as_seen(seen));
}

TEST_CASE("a directory that was not listed may have other names") {
  const Fixture at;
  auto sightings = at.sightings();
  const auto what = GENERATE(What::way, What::something, What::names);
  sightings.push_back({(at.top / "a").native(), Of::target, what});
  const auto seen = see_all(sightings, os::wall_time_ns() + kSecond).value();
  at.write("a/more", "1");
  CHECK(is_all_as_seen(seen) == (what != What::names));
}

TEST_CASE("a crowd in one directory is looked at as one name is") {
  const Fixture at;
  std::vector<os::Sighting> sightings;
  for (int i = 0; i < 30; ++i) {
    const auto name = "a/crowd" + std::to_string(10 + i);
    if (i % 3 != 0) {
      at.write(name, "1");
    }
    sightings.push_back({(at.top / name).native(),
                         i % 3 == 1 ? Of::target : Of::entry,
                         i % 3 != 0 ? What::something : What::nothing});
  }
  const auto seen = see_all(sightings, os::wall_time_ns() + kSecond).value();
  CHECK(is_all_as_seen(seen));
  SECTION("an entry") {
    at.write("a/crowd32", "2");
  }
  SECTION("a target") {
    at.write("a/crowd31", "2");
  }
  SECTION("an absent one") {
    at.write("a/crowd30", "2");
  }
  CHECK_FALSE(is_all_as_seen(seen));
}

TEST_CASE("nothing is remembered of what may still change unseen, or has changed") {
  const Fixture at;
  // Written after the look began, or in the same tick.
  CHECK_FALSE(see_all(at.sightings(), os::wall_time_ns() - kSecond));
  CHECK(see_all(at.sightings(), os::wall_time_ns() + kSecond));
  auto sightings = at.sightings();
  sightings.push_back({(at.top / "b").native(), Of::entry, What::something});
  CHECK_FALSE(see_all(sightings, os::wall_time_ns() + kSecond));
  sightings.back() = {(at.top / "a/file").native(), Of::target, What::nothing};
  CHECK_FALSE(see_all(sightings, os::wall_time_ns() + kSecond));
}
