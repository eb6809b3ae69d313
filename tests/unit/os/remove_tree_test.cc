#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "os/beneath.h"
#include "os/file.h"
#include "support/temp_dir.h"

namespace mlops::os {

TEST_CASE("a tree is removed, links in it are not followed") {
  const test::TempDir temp;
  test::write_file(temp / "outside/canary", "untouched");
  test::write_file(temp / "tree/a/b/f", "");
  test::write_file(temp / "tree/z", "");
  fs::create_directories(temp / "tree/empty/empty");
  fs::create_directory_symlink(temp / "outside", temp / "tree/a/link");
  fs::create_symlink("nowhere", temp / "tree/dangling");
  ::mkfifo((temp / "tree/fifo").c_str(), 0600);
  remove_tree(temp / "tree");
  CHECK_FALSE(fs::exists(temp / "tree"));
  CHECK(test::read_file(temp / "outside/canary") == "untouched");
  CHECK_NOTHROW(remove_tree(temp / "tree"));
}

TEST_CASE("a file or a link is a small tree") {
  const test::TempDir temp;
  test::write_file(temp / "dir/canary", "untouched");
  fs::create_directory_symlink("dir", temp / "link");
  test::write_file(temp / "f", "");
  remove_tree(temp / "link");
  remove_tree(temp / "f");
  CHECK(list_directory(temp.path()) == std::vector<std::string>{"dir"});
  CHECK(test::read_file(temp / "dir/canary") == "untouched");
}

TEST_CASE("a tree deeper than paths and descriptors go is removed") {
  const test::TempDir temp;
  const Beneath directory = Beneath::open(temp.path(), Beneath::Resolve::component_wise);
  std::string path = "d";
  for (int i = 0; i < 2500; ++i) {
    path += "/d";
  }
  directory.make_directories(path);
  rlimit old_limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &old_limit) == 0);
  const rlimit few{64, old_limit.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &few);
  CHECK_NOTHROW(remove_tree(temp / "d"));
  ::setrlimit(RLIMIT_NOFILE, &old_limit);
  CHECK(fs::is_empty(temp.path()));
}

}  // namespace mlops::os
