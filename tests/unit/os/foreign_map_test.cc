#include "os/foreign_map.h"

#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "os/file.h"
#include "support/temp_dir.h"

namespace mlops::os {
namespace {

namespace fs = std::filesystem;

TEST_CASE("a mapped file is its text, an empty one an empty text") {
  const test::TempDir temp;
  test::write_file(temp / "a", "some text");
  const ForeignMap map(open_read(temp / "a"), temp / "a");
  CHECK(map.text() == "some text");
  CHECK_FALSE(map.was_cut());
  test::write_file(temp / "empty", "");
  const ForeignMap empty(open_read(temp / "empty"), temp / "empty");
  CHECK(empty.text().empty());
  CHECK_FALSE(empty.was_cut());
}

TEST_CASE("a file that is cut while it is mapped reads as zeros, and that is told") {
  const test::TempDir temp;
  const fs::path path = temp / "a";
  test::write_file(path, std::string(100'000, 'x'));
  const ForeignMap map(open_read(path), path);
  const ForeignMap other(open_read(path), path);
  REQUIRE(map.text().front() == 'x');
  fs::resize_file(path, 10);
  CHECK(map.text()[99'999] == '\0');
  CHECK(map.text()[50'000] == '\0');
  CHECK(map.text()[5] == 'x');
  CHECK(map.was_cut());
  CHECK_FALSE(other.was_cut());
}

TEST_CASE("a place that was used is used again, and knows nothing of who was there") {
  const test::TempDir temp;
  const fs::path path = temp / "a";
  for (std::size_t i = 0; i < 2 * ForeignMap::kMost; ++i) {
    test::write_file(path, std::string(10'000, 'x'));
    const ForeignMap map(open_read(path), path);
    REQUIRE_FALSE(map.was_cut());
    fs::resize_file(path, 0);
    REQUIRE(map.text().back() == '\0');
    REQUIRE(map.was_cut());
  }
}

}  // namespace
}  // namespace mlops::os
