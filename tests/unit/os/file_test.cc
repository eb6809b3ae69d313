#include "os/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "call_trace.h"
#include "expect_error.h"
#include "support/temp_dir.h"

namespace mlops::os {

namespace {

using test::write_file;

std::uint32_t mode_of(const fs::path& path) {
  return lstat_file(path)->mode;
}

}  // namespace

TEST_CASE("lstat_file tells kinds apart and follows nothing") {
  const test::TempDir temp;
  write_file(temp / "f", "1234");
  fs::create_symlink("f", temp / "link");
  ::mkfifo((temp / "fifo").c_str(), 0600);
  ::chmod((temp / "f").c_str(), 0755);
  const FileStat file = *lstat_file(temp / "f");
  CHECK(file.kind == FileKind::regular);
  CHECK(file.size == 4);
  CHECK(file.mode == 0755);
  CHECK(file.is_executable());
  CHECK(file.nlink == 1);
  CHECK(file.mtime_ns > 1'600'000'000'000'000'000);
  CHECK(lstat_file(temp.path())->kind == FileKind::directory);
  CHECK(lstat_file(temp / "link")->kind == FileKind::symlink);
  CHECK(lstat_file(temp / "fifo")->kind == FileKind::other);
  CHECK_FALSE(lstat_file(temp / "absent").has_value());
  CHECK_FALSE(lstat_file(temp / "f/x").has_value());
  const timespec old[2] = {{-5, 999'999'999}, {-5, 999'999'999}};
  ::utimensat(AT_FDCWD, (temp / "f").c_str(), old, 0);
  CHECK(lstat_file(temp / "f")->mtime_ns == -4'000'000'001);
}

TEST_CASE("whole files are read up to a bound") {
  const test::TempDir temp;
  write_file(temp / "f", "12345");
  write_file(temp / "empty", "");
  CHECK(read_file(temp / "f", 5) == "12345");
  CHECK(kind_thrown_by([&] { read_file(temp / "f", 4); }) == ErrorKind::config);
  CHECK(read_file(temp / "empty", 0).empty());
  CHECK(kind_thrown_by([&] { read_file(temp / "absent", 5); }) == ErrorKind::not_found);
  CHECK(kind_thrown_by([&] { read_file(temp.path(), 5); }) == ErrorKind::io);
  CHECK(read_file_if_exists(temp / "f", 5) == "12345");
  CHECK_FALSE(read_file_if_exists(temp / "absent", 5).has_value());
  CHECK_FALSE(read_file_if_exists(temp / "f/x", 5).has_value());
  // Files of /proc say that they are empty, and /dev/zero never ends.
  CHECK(read_file("/proc/self/stat", 1U << 16U).size() > 20);
  CHECK(kind_thrown_by([] { read_file("/proc/self/maps", 10); }) == ErrorKind::config);
  CHECK(kind_thrown_by([] { read_file("/dev/zero", 1U << 20U); }) == ErrorKind::config);
}

TEST_CASE("a FIFO does not hang a reader") {
  const test::TempDir temp;
  ::mkfifo((temp / "fifo").c_str(), 0600);
  CHECK(kind_thrown_by([&] { open_regular(temp / "fifo"); }) == ErrorKind::io);
  CHECK(read_file(temp / "fifo", 10).empty());
}

TEST_CASE("open_regular follows no link and takes nothing but files") {
  const test::TempDir temp;
  write_file(temp / "f", "x");
  fs::create_symlink("f", temp / "link");
  CHECK(open_regular(temp / "f").has_value());
  CHECK_FALSE(open_regular(temp / "absent").has_value());
  CHECK(kind_thrown_by([&] { open_regular(temp / "link"); }) == ErrorKind::io);
  CHECK(kind_thrown_by([&] { open_regular(temp.path()); }) == ErrorKind::io);
  CHECK((::fcntl(open_regular(temp / "f")->get(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK(open_read(temp / "link"));
  CHECK(kind_thrown_by([&] { open_read(temp / "absent"); }) == ErrorKind::not_found);
}

TEST_CASE("partial reads end at the end of the file only") {
  const test::TempDir temp;
  write_file(temp / "f", "0123456789");
  const Fd fd = open_read(temp / "f");
  std::vector<std::uint8_t> buffer(4);
  CHECK(read_full(fd, buffer, "f") == 4);
  CHECK(buffer == std::vector<std::uint8_t>{'0', '1', '2', '3'});
  CHECK(pread_full(fd, buffer, 8, "f") == 2);
  CHECK(pread_full(fd, buffer, 100, "f") == 0);
  CHECK(read_full(fd, buffer, "f") == 4);
  CHECK(read_full(fd, buffer, "f") == 2);
  CHECK(kind_thrown_by([&] { pread_full(fd, buffer, UINT64_MAX, "f"); }) == ErrorKind::io);
}

TEST_CASE("write_file_atomic replaces the entry and keeps its permissions") {
  const test::TempDir temp;
  const auto durability = GENERATE(Durability::durable, Durability::relaxed);
  write_file_atomic(temp / "new", "content", durability, 0600);
  CHECK(test::read_file(temp / "new") == "content");
  CHECK(mode_of(temp / "new") == 0600);

  write_file(temp / "old", "old");
  ::chmod((temp / "old").c_str(), 0751);
  write_file_atomic(temp / "old", "new", durability);
  CHECK(test::read_file(temp / "old") == "new");
  CHECK(mode_of(temp / "old") == 0751);

  write_file(temp / "target", "target");
  fs::create_symlink("target", temp / "link");
  write_file_atomic(temp / "link", "no link now", durability);
  CHECK(lstat_file(temp / "link")->kind == FileKind::regular);
  CHECK(test::read_file(temp / "target") == "target");

  fs::create_directory(temp / "dir");
  CHECK(kind_thrown_by([&] { write_file_atomic(temp / "dir", "x", durability); }) == ErrorKind::io);
  CHECK(kind_thrown_by([&] { write_file_atomic(temp / "absent/f", "x", durability); }) ==
        ErrorKind::io);
  CHECK(list_directory(temp.path()) ==
        std::vector<std::string>{"dir", "link", "new", "old", "target"});
}

TEST_CASE("make_directories makes what is missing") {
  const test::TempDir temp;
  make_directories(temp / "a/b/c");
  make_directories(temp / "a/b/c");
  make_directories((temp / "a/b/d").string() + "/");
  CHECK(fs::is_directory(temp / "a/b/c"));
  CHECK(fs::is_directory(temp / "a/b/d"));
  const auto trace = CallTrace::of([&] { make_directories(temp / "x/y", Durability::durable); });
  for (const fs::path& made : {temp / "x", temp / "x/y"}) {
    const std::size_t at = trace.find("mkdirat", made);
    CHECK(trace.find("fsync", made.parent_path(), at) < trace.calls().size());
  }
  write_file(temp / "f", "");
  CHECK(kind_thrown_by([&] { make_directories(temp / "f"); }) == ErrorKind::io);
  CHECK(kind_thrown_by([&] { make_directories(temp / "f/x"); }) == ErrorKind::io);
}

TEST_CASE("remove_file tells whether there was one") {
  const test::TempDir temp;
  write_file(temp / "f", "");
  CHECK(remove_file(temp / "f"));
  CHECK_FALSE(remove_file(temp / "f"));
  CHECK_FALSE(remove_file(temp / "absent/f"));
  CHECK(kind_thrown_by([&] { remove_file(temp.path()); }) == ErrorKind::io);
}

TEST_CASE("rename_no_replace keeps what is there") {
  const test::TempDir temp;
  write_file(temp / "a", "a");
  write_file(temp / "b", "b");
  CHECK(kind_thrown_by([&] { rename_no_replace(temp / "a", temp / "b"); }) == ErrorKind::conflict);
  CHECK(test::read_file(temp / "b") == "b");
  rename_no_replace(temp / "a", temp / "c");
  CHECK(test::read_file(temp / "c") == "a");
  rename_replace(temp / "c", temp / "b");
  CHECK(test::read_file(temp / "b") == "a");
  CHECK(kind_thrown_by([&] { rename_replace(temp / "absent", temp / "b"); }) == ErrorKind::io);
}

TEST_CASE("copy_file copies content and permissions, once") {
  const test::TempDir temp;
  write_file(temp / "from", std::string(200'000, 'x'));
  ::chmod((temp / "from").c_str(), 0755);
  os::copy_file(temp / "from", temp / "to");
  CHECK(test::read_file(temp / "to") == std::string(200'000, 'x'));
  CHECK(mode_of(temp / "to") == 0755);
  CHECK(kind_thrown_by([&] { os::copy_file(temp / "from", temp / "to"); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { os::copy_file(temp / "absent", temp / "x"); }) ==
        ErrorKind::not_found);
  CHECK(list_directory(temp.path()) == std::vector<std::string>{"from", "to"});
}

TEST_CASE("links and listings") {
  const test::TempDir temp;
  fs::create_symlink("\xFF target", temp / "link");
  CHECK(read_link(temp / "link") == "\xFF target");
  fs::create_symlink(std::string(256, 't'), temp / "long");
  CHECK(read_link(temp / "long") == std::string(256, 't'));
  write_file(temp / "\xFF", "");
  write_file(temp / "B", "");
  write_file(temp / "a", "");
  CHECK(list_directory(temp.path()) == std::vector<std::string>{"B", "a", "link", "long", "\xFF"});
  CHECK(kind_thrown_by([&] { list_directory(temp / "a"); }) == ErrorKind::io);
  CHECK(free_disk_bytes(temp.path()) > 0);
  CHECK_NOTHROW(sync_directory(temp.path()));
  CHECK(kind_thrown_by([&] { sync_directory(temp / "a"); }) == ErrorKind::io);
}

TEST_CASE("a mapping shows the file") {
  const test::TempDir temp;
  write_file(temp / "f", "mapped");
  write_file(temp / "empty", "");
  MappedFile first(temp / "f");
  const MappedFile second(std::move(first));
  CHECK(first.bytes().empty());
  CHECK(second.bytes().size() == 6);
  CHECK(second.bytes()[0] == 'm');
  CHECK(MappedFile(temp / "empty").bytes().empty());
  CHECK(kind_thrown_by([&] { MappedFile(temp / "absent"); }) == ErrorKind::not_found);
  CHECK(kind_thrown_by([&] { MappedFile(temp.path()); }) == ErrorKind::io);
}

TEST_CASE("messages name the path, escaped, and the reason") {
  CHECK(message_thrown_by([] { open_read("/no\nsuch"); }) ==
        "cannot open '/no\\x0asuch': no such file or directory");
}

}  // namespace mlops::os
