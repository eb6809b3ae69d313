#include "workspace/foreign_cache.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "codec/bytes.h"
#include "support/temp_dir.h"
#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

store::ForeignId cached_id(std::string_view text) {
  return store::parse_foreign(text).value();
}

bool is_content(const std::string& content, std::string_view id) {
  ForeignHasher hasher(cached_id(id).hash);
  // In odd pieces, as a disk may give them.
  for (std::size_t at = 0; at < content.size(); at += 700'001) {
    hasher.update(codec::as_bytes(content.substr(at, 700'001)));
  }
  return hasher.matches(cached_id(id));
}

TEST_CASE("a file is hashed as its tool did") {
  CHECK(is_content("abc", "md5:900150983cd24fb0d6963f7d28e17f72"));
  CHECK(is_content("", "md5:d41d8cd98f00b204e9800998ecf8427e"));
  CHECK(is_content("", "md5-dos2unix:d41d8cd98f00b204e9800998ecf8427e"));
  CHECK(
      is_content("abc", "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
  CHECK_FALSE(is_content("abd", "md5:900150983cd24fb0d6963f7d28e17f72"));
}

TEST_CASE("DVC before 3 hashed texts without carriage returns, and only texts") {
  const std::string lines = "b1946ac92492d2347c6235b4d2611184";  // "hello\n"
  CHECK(is_content("hello\r\n", "md5-dos2unix:" + lines));
  CHECK(is_content("hello\n", "md5-dos2unix:" + lines));
  CHECK_FALSE(is_content("hello\r\n", "md5:" + lines));
  const std::string binary("\0hello\r\n", 8);
  CHECK(is_content(binary, "md5-dos2unix:4195a86e736dc88c611161d7c8f5e04c"));
}

TEST_CASE("both layouts of DVC's cache and that of git-lfs are searched; links are refused") {
  const ::mlops::test::TempDir dir;
  const auto write = [&](const std::string& place) {
    fs::create_directories((dir.path() / place).parent_path());
    ::mlops::test::write_file(dir.path() / place, "x");
  };
  const ForeignCache none({dir.path() / "absent"});
  const std::string rest(30, 'b');
  CHECK(none.find(cached_id("md5:aa" + rest)).empty());
  write("files/md5/aa/" + rest);
  write("cc/" + rest + ".dir");
  write("dd/ee/ddee" + std::string(60, 'f'));
  const ForeignCache cache({dir.path()});
  CHECK(cache.find(cached_id("md5:aa" + rest)).size() == 1);
  CHECK(cache.find(cached_id("md5-dos2unix:aa" + rest)).size() == 1);
  CHECK(cache.find(cached_id("md5:cc" + rest + ".dir")).size() == 1);
  CHECK(cache.find(cached_id("md5:cc" + rest)).empty());
  CHECK(cache.has(cached_id("sha256:ddee" + std::string(60, 'f'))));
  fs::remove(dir.path() / "files/md5/aa" / rest);
  fs::create_symlink("/etc/hostname", dir.path() / "files/md5/aa" / rest);
  CHECK_FALSE(cache.has(cached_id("md5:aa" + rest)));
  CHECK_THROWS_AS(cache.find(cached_id("md5:aa" + rest)), Error);
}

}  // namespace
}  // namespace mlops::workspace::test
