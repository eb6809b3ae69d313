#include "workspace/tree_write.h"

#include <filesystem>

#include <catch2/catch.hpp>

#include "support/temp_dir.h"
#include "unit/os/swap_at_each_call.h"

namespace mlops::workspace::test {
namespace {

namespace fs = std::filesystem;

TEST_CASE("text that replaces a file keeps its mode") {
  const mlops::test::TempDir temp;
  const auto tree = os::Beneath::open(temp.path());
  write_text(tree, "new", "1");
  CHECK(read_text(tree, "new", 10) == "1");
  for (const auto mode : {fs::perms(0600), fs::perms(0666), fs::perms(0755)}) {
    fs::permissions(temp / "new", mode);
    write_text(tree, "new", "2");
    CHECK(fs::status(temp / "new").permissions() == mode);
  }
  fs::create_symlink("new", temp / "link");
  write_text(tree, "link", "3");
  CHECK(read_text(tree, "link", 10) == "3");
  CHECK(read_text(tree, "new", 10) == "2");
}

TEST_CASE("what is published as new replaces nothing", "[case-17]") {
  const mlops::test::TempDir temp;
  const auto tree = os::Beneath::open(temp.path());
  {
    TempBeside file(tree, "f");
    mlops::test::write_file(temp / "f", "the user's");
    CHECK_THROWS_AS(file.publish_new(0644, os::Durability::relaxed), Error);
  }
  CHECK(tree.list("") == std::vector<std::string>{"f"});
  CHECK(read_text(tree, "f", 10) == "the user's");
  TempBeside(tree, "g").publish_new(0644, os::Durability::relaxed);
  CHECK(tree.list("") == std::vector<std::string>{"f", "g"});
}

TEST_CASE("text is read and written in no other directory", "[case-11]") {
  const mlops::test::TempDir temp;
  mlops::test::write_file(temp / "outside/f", "canary");
  fs::create_directory(temp / "inside");
  const auto tree = os::Beneath::open(temp / "inside");
  std::size_t written = 0;
  const auto swaps = os::swap_at_each_call(
      temp / "inside/d",
      temp / "outside",
      [&] {
        mlops::test::write_file(temp / "inside/d/f", "old");
        return true;
      },
      [&](bool) {
        const auto text = read_text(tree, "d/f", 10);
        CHECK(text == "old");
        write_text(tree, "d/f", "new");
        ++written;
      });
  CHECK(swaps > 10);
  CHECK(written > 0);
  CHECK(mlops::test::read_file(temp / "inside/d/f") == "new");
}

}  // namespace
}  // namespace mlops::workspace::test
