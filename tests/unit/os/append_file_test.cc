#include "os/append_file.h"

#include <algorithm>

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "expect_error.h"
#include "os/fault.h"
#include "support/temp_dir.h"

namespace mlops::os {

namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

struct DisarmAppend {
  ~DisarmAppend() { fault::arm("off"); }
};

std::vector<std::string> names_of(const std::vector<fault::Call>& calls) {
  std::vector<std::string> names;
  for (const fault::Call& call : calls) {
    names.push_back(call.name);
  }
  return names;
}

}  // namespace

TEST_CASE("a growing file keeps what was appended") {
  const test::TempDir temp;
  AppendFile file(temp / "log");
  file.append(bytes_of("one\n"), Durability::durable);
  file.append(bytes_of("two\n"), Durability::relaxed);
  CHECK(test::read_file(temp / "log") == "one\ntwo\n");
  CHECK((lstat_file(temp / "log")->mode & 0600U) == 0600U);
}

TEST_CASE("a growing file is new: nothing that is there is opened, a link not followed") {
  const test::TempDir temp;
  test::write_file(temp / "there", "old");
  fs::create_symlink("elsewhere", temp / "link");
  CHECK(kind_thrown_by([&] { AppendFile(temp / "there"); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { AppendFile(temp / "link"); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { AppendFile(temp / "absent/log"); }) == ErrorKind::io);
  CHECK(test::read_file(temp / "there") == "old");
  CHECK_FALSE(fs::exists(temp / "elsewhere"));
}

TEST_CASE("its name is synced when it is made, its bytes when they are to be durable") {
  const test::TempDir temp;
  const DisarmAppend disarm;
  fault::arm("trace");
  AppendFile file(temp / "log");
  const auto made = fault::trace();
  const auto sync = std::find_if(
      made.begin(), made.end(), [](const fault::Call& call) { return call.name == "fsync"; });
  REQUIRE(sync != made.end());
  CHECK(sync->path == temp.path().string());
  CHECK(made.front().name == "openat");
  fault::arm("trace");
  file.append(bytes_of("1"), Durability::relaxed);
  CHECK(names_of(fault::trace()) == std::vector<std::string>{"write"});
  fault::arm("trace");
  file.append(bytes_of("2"), Durability::durable);
  CHECK(names_of(fault::trace()) == std::vector<std::string>{"write", "fdatasync"});
  CHECK(fault::trace().back().path == (temp / "log").string());
}

TEST_CASE("after a failed write or sync nothing more is added") {
  const test::TempDir temp;
  const DisarmAppend disarm;
  AppendFile file(temp / "log");
  fault::arm(GENERATE("1:ENOSPC", "2:EIO"));
  CHECK(kind_thrown_by([&] { file.append(bytes_of("1"), Durability::durable); }) == ErrorKind::io);
  const auto calls = fault::calls();
  CHECK(kind_thrown_by([&] { file.append(bytes_of("2"), Durability::durable); }) == ErrorKind::io);
  CHECK(fault::calls() == calls);
}

}  // namespace mlops::os
