#include "store/layout.h"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "os/file.h"
#include "store/store.h"
#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

namespace {
ErrorKind open_failure(const fs::path& path, const std::string& says) {
  try {
    Store::open(path);
  } catch (const Error& error) {
    CHECK_THAT(error.message(), Catch::Contains(says));
    return error.kind();
  }
  FAIL("was not refused");
  return ErrorKind::internal;
}
}  // namespace

TEST_CASE("a half-made store is completed") {
  const ::mlops::test::TempDir dir;
  const fs::path path = dir.path() / "store";
  fs::create_directories(path / "packs" / "00");
  check_sample(*Store::open(path), write_sample(*Store::open(path)));
  CHECK(fs::is_directory(path / "packs" / "ff"));
}

TEST_CASE("a store of another format is refused", "[case-36]") {
  const ::mlops::test::TempDir dir;
  const fs::path path = dir.path() / "store";
  Store::open(path);
  for (const auto& [text, says] : {std::pair("mlops-store 2\n", "format '2'"),
                                   std::pair("mlops-store 1\nread sealed\n", "sealed"),
                                   std::pair("something else\n", "not the format file"),
                                   std::pair("", "not the format file"),
                                   std::pair("mlops-store 1", "not the format file")}) {
    CAPTURE(text);
    write_bytes(path / "format", bytes_of(text));
    CHECK(open_failure(path, says) == ErrorKind::config);
  }
}

TEST_CASE("a feature that only writers must know leaves the store readable", "[case-36]") {
  const ::mlops::test::TempDir dir;
  const fs::path path = dir.path() / "store";
  const Sample sample = write_sample(*Store::open(path));
  write_bytes(path / "format", bytes_of("mlops-store 1\nwrite tombstones\n"));
  const auto store = Store::open(path);
  check_sample(*store, sample);
  CHECK_THROWS_AS(store->begin_write(), Error);
  CHECK_THROWS_AS(store->put_result(sample.root, "x"), Error);
  NoProgress progress;
  CHECK_THROWS_AS(store->fsck(progress, CancelToken()), Error);
}

TEST_CASE("a link in place of a store's directory is refused", "[case-57]") {
  const ::mlops::test::TempDir dir;
  const fs::path path = dir.path() / "store";
  Store::open(path);
  for (const std::string name : {"packs", "index", "roots", "contents", "results", "tmp"}) {
    CAPTURE(name);
    fs::rename(path / name, dir.path() / "elsewhere");
    fs::create_directory_symlink(dir.path() / "elsewhere", path / name);
    CHECK(open_failure(path, name) == ErrorKind::config);
    fs::remove(path / name);
    fs::rename(dir.path() / "elsewhere", path / name);
    CHECK_NOTHROW(Store::open(path));
  }
}

TEST_CASE("a store that belongs to somebody else is refused, and nothing is made in it",
          "[case-57]") {
  const ::mlops::test::TempDir dir;
  fs::path path = dir.path() / "store";
  if (os::current_user() == 0) {
    // Who may do so gives a store, or a part of it, away.
    Store::open(path);
    const std::string part = GENERATE(as<std::string>(), "", "packs", "roots");
    CAPTURE(part);
    REQUIRE(::chown((path / part).c_str(), 4242, 4242) == 0);
    CHECK(open_failure(path, "user 4242") == ErrorKind::config);
  } else {
    path = "/usr";
    CHECK(open_failure(path, "user 0") == ErrorKind::config);
  }
  CHECK_FALSE(fs::exists("/usr/format"));
}

TEST_CASE("a store that was moved works", "[case-57]") {
  const ::mlops::test::TempDir dir;
  const Sample sample = write_sample(*Store::open(dir.path() / "store"));
  fs::rename(dir.path() / "store", dir.path() / "moved");
  check_sample(*Store::open(dir.path() / "moved"), sample);
}

TEST_CASE("a store that is opened by two paths is one, also where a group may write", "[case-57]") {
  const ::mlops::test::TempDir dir;
  const fs::path path = dir.path() / "real" / "store";
  fs::create_directory(dir.path() / "real");
  fs::create_directory_symlink("real", dir.path() / "other");
  const auto first = Store::open(path);
  fs::permissions(path, fs::perms::group_write, fs::perm_options::add);
  fs::permissions(path / "packs", fs::perms::group_write, fs::perm_options::add);
  const auto second = Store::open(dir.path() / "other" / "store");
  const Sample sample = write_sample(*first, 1);
  check_sample(*second, sample);
  // Who takes packs away on one path waits for who writes on the other.
  GcRequest request;
  request.find_live = [&] { return std::vector<ObjectId>{sample.root}; };
  request.mode = GcMode::remove;
  NoProgress progress;
  auto writer = first->begin_write();
  const Sample unfinished = put_sample(*writer, 2);
  try {
    second->gc(request, progress, CancelToken());
    FAIL("gc did not see the writer");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::locked);
  }
  const ObjectId root = writer->commit(unfinished.top);
  writer.reset();
  second->gc(request, progress, CancelToken());
  CHECK_FALSE(first->find_root(root));
  check_sample(*first, sample);
}
