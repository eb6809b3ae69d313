#include "workspace/ignore_file.h"

#include <catch2/catch.hpp>

#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

TEST_CASE("patterns are quoted as gitignore needs it") {
  CHECK(ignore_pattern("train.csv") == "/train.csv");
  CHECK(ignore_pattern("#a!b") == "/#a!b");
  CHECK(ignore_pattern("a*b?[c]\\d") == "/a\\*b\\?\\[c]\\\\d");
  CHECK(ignore_pattern("in side  ") == "/in side\\ \\ ");
  CHECK(ignore_pattern("a\nb\r") == "/a?b?");
}

TEST_CASE("the line is added once, after what stands there") {
  Fixture f;
  f.repo.write("d/.gitignore", "*.tmp\r\n/other");
  CHECK(ignore_path(f.space(), "d/x") == "d/.gitignore");
  CHECK(f.repo.read("d/.gitignore") == "*.tmp\r\n/other\n/x\n");
  CHECK(ignore_path(f.reopen(), "d/x").empty());
  f.repo.write("d/.gitignore", "/x\r\n");
  CHECK(ignore_path(f.reopen(), "d/x").empty());
  f.repo.write("d/.gitignore", "/x\n!/x\n");
  CHECK(ignore_path(f.reopen(), "d/x") == "d/.gitignore");
  CHECK(f.repo.read("d/.gitignore") == "/x\n!/x\n/x\n");
}

TEST_CASE("the lines of many data sets are added at once") {
  Fixture f;
  f.repo.write("d/.gitignore", "/x\n/y\n!/y\n");
  CHECK(ignore_paths(f.space(), {"d/x", "d/y", "a", "d/z", "b"}) ==
        std::vector<std::string>{".gitignore", "d/.gitignore"});
  CHECK(f.repo.read("d/.gitignore") == "/x\n/y\n!/y\n/y\n/z\n");
  CHECK(f.repo.read(".gitignore") == "/a\n/b\n");
  CHECK(ignore_paths(f.reopen(), {"d/x", "d/y", "a", "d/z", "b"}).empty());
  CHECK(ignore_paths(f.reopen(), {}).empty());
}

TEST_CASE("a .gitignore that is a link is refused") {
  Fixture f;
  f.repo.write("elsewhere", "");
  fs::create_symlink("elsewhere", f / ".gitignore");
  CHECK(error_of([&] { ignore_path(f.space(), "x"); }).kind() == ErrorKind::conflict);
  CHECK(f.repo.read("elsewhere").empty());
}

}  // namespace
}  // namespace mlops::workspace::test
