#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "expect_error.h"
#include "os/file.h"
#include "support/temp_dir.h"

namespace mlops::os {

TEST_CASE("a temporary file is private and goes away unless it is published") {
  const test::TempDir temp;
  {
    const TempFile file(temp.path(), "pack-");
    CHECK(file.path().filename().string().starts_with("pack-"));
    CHECK(lstat_file(file.path())->mode == 0600);
  }
  CHECK(fs::is_empty(temp.path()));
  TempFile file(temp.path());
  const std::vector<std::uint8_t> bytes{'a', 'b'};
  file.write(bytes);
  TempFile moved(std::move(file));
  moved.publish(temp / "f", Durability::durable, TempFile::Replace::no, 0640);
  CHECK(test::read_file(temp / "f") == "ab");
  CHECK(lstat_file(temp / "f")->mode == 0640);
  CHECK(list_directory(temp.path()) == std::vector<std::string>{"f"});
}

TEST_CASE("publishing replaces only if told so") {
  const test::TempDir temp;
  test::write_file(temp / "f", "old");
  {
    TempFile file(temp.path());
    CHECK(kind_thrown_by([&] {
            file.publish(temp / "f", Durability::relaxed, TempFile::Replace::no);
          }) == ErrorKind::conflict);
  }
  CHECK(test::read_file(temp / "f") == "old");
  CHECK(list_directory(temp.path()) == std::vector<std::string>{"f"});
  TempFile file(temp.path());
  file.publish(temp / "f", Durability::relaxed, TempFile::Replace::yes);
  CHECK(test::read_file(temp / "f").empty());
}

TEST_CASE("a temporary directory goes away with its content") {
  const test::TempDir temp;
  fs::path path;
  {
    os::TempDir first(temp.path(), "run-");
    const os::TempDir second(std::move(first));
    path = second.path();
    CHECK(path.filename().string().starts_with("run-"));
    CHECK(lstat_file(path)->mode == 0700);
    test::write_file(path / "a/b", "x");
  }
  CHECK_FALSE(fs::exists(path));
  CHECK(kind_thrown_by([&] { os::TempDir(temp / "absent"); }) == ErrorKind::io);
  CHECK(kind_thrown_by([&] { TempFile(temp / "absent"); }) == ErrorKind::io);
}

}  // namespace mlops::os
