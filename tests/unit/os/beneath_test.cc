#include "os/beneath.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "call_trace.h"
#include "expect_error.h"
#include "support/temp_dir.h"
#include "swap_at_each_call.h"

namespace mlops::os {

namespace {

using test::read_file;
using test::write_file;

/// A directory to stay in, beside one with a canary, for each way of resolving.
struct Playground {
  test::TempDir temp;
  fs::path inside = temp / "inside";
  fs::path outside = temp / "outside";

  Playground() {
    fs::create_directory(inside);
    write_file(outside / "canary", "untouched");
  }
  std::size_t files_outside() const {
    return static_cast<std::size_t>(std::distance(fs::recursive_directory_iterator(outside),
                                                  fs::recursive_directory_iterator()));
  }
};

Beneath::Resolve any_way() {
  return GENERATE(Beneath::Resolve::automatic, Beneath::Resolve::component_wise);
}

void put(const Beneath& directory, std::string_view relative, std::string_view content) {
  auto [temp, fd] = directory.create_temp_beside(relative);
  write_full(fd, {reinterpret_cast<const std::uint8_t*>(content.data()), content.size()}, temp);
  directory.rename(temp, relative);
}

/// Every operation on a path, by name; for paths that all of them must refuse.
std::vector<std::pair<std::string, std::function<void()>>> all_operations(const Beneath& directory,
                                                                          std::string path) {
  return {{"lstat", [=, &directory] { directory.lstat(path); }},
          {"open_file", [=, &directory] { directory.open_file(path); }},
          {"read_link", [=, &directory] { directory.read_link(path); }},
          {"list", [=, &directory] { directory.list(path); }},
          {"make_directories", [=, &directory] { directory.make_directories(path); }},
          {"create_temp_beside", [=, &directory] { directory.create_temp_beside(path); }},
          {"create_file", [=, &directory] { directory.create_file(path, 0666); }},
          {"rename from", [=, &directory] { directory.rename(path, "x"); }},
          {"rename to", [=, &directory] { directory.rename("present", path); }},
          {"enter", [=, &directory] { directory.enter(path); }},
          {"move from", [=, &directory] { directory.move(path, directory, "x"); }},
          {"move to", [=, &directory] { directory.move("present", directory, path); }},
          {"remove_tree", [=, &directory] { directory.remove_tree(path); }},
          {"make_symlink", [=, &directory] { directory.make_symlink("t", path); }},
          {"remove_file", [=, &directory] { directory.remove_file(path); }},
          {"remove_empty_directory", [=, &directory] { directory.remove_empty_directory(path); }},
          {"sync_directory", [=, &directory] { directory.sync_directory(path); }}};
}

}  // namespace

TEST_CASE("files go in and come out beneath a directory") {
  const Playground here;
  const Beneath directory = Beneath::open(here.inside, any_way());
  CHECK_FALSE(directory.lstat("a/b/f").has_value());
  directory.make_directories("a/b");
  directory.make_directories("a/b");
  directory.make_directories("");
  put(directory, "a/b/f", "one");
  put(directory, "a/b/f", "two");
  put(directory, "top", "three");
  CHECK(read_file(here.inside / "a/b/f") == "two");
  CHECK(directory.lstat("a/b/f")->kind == FileKind::regular);
  CHECK(directory.lstat("a")->kind == FileKind::directory);
  CHECK_FALSE(directory.lstat("a/b/f/deeper").has_value());
  CHECK(directory.list("") == std::vector<std::string>{"a", "top"});
  CHECK(directory.list("a/b") == std::vector<std::string>{"f"});
  std::vector<std::uint8_t> content(10);
  CHECK(read_full(directory.open_file("a/b/f"), content, "f") == 3);
  directory.sync_directory("");
  directory.sync_directory("a/b");
  CHECK(directory.remove_file("a/b/f"));
  CHECK_FALSE(directory.remove_file("a/b/f"));
  CHECK_FALSE(directory.remove_file("gone/f"));
  CHECK_FALSE(directory.remove_empty_directory("a"));
  CHECK(directory.remove_empty_directory("a/b"));
  CHECK_FALSE(directory.remove_empty_directory("a/b"));
}

TEST_CASE("a path that is not plain is refused by every operation", "[case-01][case-02][case-03]") {
  const Playground here;
  const Beneath directory = Beneath::open(here.inside, any_way());
  write_file(here.inside / "present", "p");
  const std::string path = GENERATE(as<std::string>(),
                                    "..",
                                    "../outside/canary",
                                    "a/../../outside/canary",
                                    "a/..",
                                    ".",
                                    "./a",
                                    "a/.",
                                    "a/./b",
                                    "/",
                                    "/etc/passwd",
                                    "//x",
                                    "a//b",
                                    "a/",
                                    "/a",
                                    std::string("a\0b", 3));
  for (const auto& [name, act] : all_operations(directory, path)) {
    INFO(name << " of " << path);
    CHECK(kind_thrown_by(act) == ErrorKind::conflict);
  }
  CHECK(here.files_outside() == 1);
  CHECK(read_file(here.outside / "canary") == "untouched");
}

TEST_CASE("nothing goes through a parent that is a link", "[case-08]") {
  const Playground here;
  const Beneath directory = Beneath::open(here.inside, any_way());
  write_file(here.inside / "present", "p");
  fs::create_directories(here.inside / "real/sub");
  fs::create_symlink("../outside", here.inside / "out");
  fs::create_symlink(here.outside, here.inside / "absolute");
  fs::create_symlink("real", here.inside / "in");
  fs::create_symlink("../../outside", here.inside / "real/deep");
  fs::create_symlink("loop", here.inside / "loop");
  fs::create_symlink("nowhere", here.inside / "dangling");
  fs::create_symlink("present", here.inside / "to file");
  const std::string parent = GENERATE(
      as<std::string>(), "out", "absolute", "in", "real/deep", "loop", "dangling", "to file");
  for (const std::string below : {"/canary", "/absent", "/sub/absent"}) {
    for (const auto& [name, act] : all_operations(directory, parent + below)) {
      INFO(name << " of " << parent << below);
      CHECK(kind_thrown_by(act) == ErrorKind::conflict);
    }
  }
  INFO(parent);
  CHECK(kind_thrown_by([&] { directory.make_directories(parent); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { directory.list(parent); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { directory.sync_directory(parent); }) == ErrorKind::conflict);
  CHECK(directory.lstat(parent)->kind == FileKind::symlink);
  CHECK(here.files_outside() == 1);
  CHECK(read_file(here.outside / "canary") == "untouched");
}

TEST_CASE("a link is an entry like others: seen, read, replaced and removed, never followed") {
  const Playground here;
  const Beneath directory = Beneath::open(here.inside, any_way());
  directory.make_symlink("../outside/canary", "link");
  CHECK(directory.lstat("link")->kind == FileKind::symlink);
  CHECK(directory.read_link("link") == "../outside/canary");
  CHECK(kind_thrown_by([&] { directory.open_file("link"); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { directory.make_symlink("x", "link"); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { directory.make_symlink(std::string("a\0b", 3), "l"); }) ==
        ErrorKind::conflict);
  put(directory, "link", "a file now");
  CHECK(directory.lstat("link")->kind == FileKind::regular);
  CHECK(read_file(here.outside / "canary") == "untouched");
  directory.make_symlink(std::string(3000, 't'), "long");
  CHECK(directory.read_link("long") == std::string(3000, 't'));
  CHECK(directory.remove_file("long"));
}

TEST_CASE("files, links and trees move between two handles") {
  const Playground here;
  const Beneath from = Beneath::open(here.inside, any_way());
  const Beneath to = Beneath::open(here.outside);
  write_file(here.inside / "a/file", "f");
  write_file(here.inside / "tree/b/leaf", "l");
  from.make_symlink("../outside/canary", "link");
  to.make_directories("deep/er");
  from.move("a/file", to, "deep/file");
  from.move("tree", to, "deep/er/tree");
  from.move("link", to, "link");
  CHECK(read_file(here.outside / "deep/file") == "f");
  CHECK(read_file(here.outside / "deep/er/tree/b/leaf") == "l");
  CHECK(to.read_link("link") == "../outside/canary");
  CHECK(from.list("") == std::vector<std::string>{"a"});
  CHECK(kind_thrown_by([&] { from.move("gone", to, "x"); }) == ErrorKind::not_found);
  CHECK(kind_thrown_by([&] { from.move("a", to, "gone/x"); }) == ErrorKind::not_found);
  const std::string taken = GENERATE(as<std::string>(), "canary", "deep", "link");
  CHECK(kind_thrown_by([&] { from.move("a", to, taken); }) == ErrorKind::conflict);
  CHECK(fs::is_directory(here.inside / "a"));
  CHECK(read_file(here.outside / "canary") == "untouched");
}

TEST_CASE("a handle further down stays where it was opened") {
  const Playground here;
  const Beneath directory = Beneath::open(here.inside, any_way());
  write_file(here.inside / "a/b/f", "f");
  write_file(here.inside / "file", "f");
  const Beneath below = directory.enter("a/b");
  CHECK(below.path() == here.inside / "a/b");
  CHECK(below.list("") == std::vector<std::string>{"f"});
  fs::rename(here.inside / "a", here.inside / "moved");
  fs::create_directory_symlink(here.outside, here.inside / "a");
  CHECK(below.remove_file("f"));
  CHECK(kind_thrown_by([&] { directory.enter("a"); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { directory.enter("file"); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { directory.enter("gone"); }) == ErrorKind::not_found);
}

TEST_CASE("a tree beneath is removed, links in it are not followed") {
  const Playground here;
  const Beneath directory = Beneath::open(here.inside, any_way());
  write_file(here.inside / "a/tree/b/f", "");
  write_file(here.inside / "a/kept", "kept");
  fs::create_directory_symlink(here.outside, here.inside / "a/tree/link");
  fs::create_directory_symlink(here.outside, here.inside / "link");
  directory.remove_tree("a/tree");
  directory.remove_tree("a/tree");
  directory.remove_tree("gone/tree");
  directory.remove_tree("link");
  CHECK(directory.list("") == std::vector<std::string>{"a"});
  CHECK(directory.list("a") == std::vector<std::string>{"kept"});
  directory.remove_tree("a/kept");
  CHECK(directory.list("a").empty());
  CHECK(read_file(here.outside / "canary") == "untouched");
}

TEST_CASE("a tree is removed from no other directory", "[case-11]") {
  const Playground here;
  write_file(here.outside / "tree/b/f", "canary");
  const Beneath directory = Beneath::open(here.inside, any_way());
  const auto swaps = swap_at_each_call(
      here.inside / "d",
      here.outside,
      [&] {
        write_file(here.inside / "d/tree/b/f", "");
        write_file(here.inside / "d/tree/canary", "");
        return true;
      },
      [&](bool) { directory.remove_tree("d/tree"); });
  CHECK(swaps > 5);
  CHECK_FALSE(fs::exists(here.inside / "d/tree"));
}

TEST_CASE("directories that are made durably are synced into those that hold them") {
  const Playground here;
  fs::create_directory(here.inside / "a");
  const Beneath directory = Beneath::open(here.inside, any_way());
  const auto trace =
      CallTrace::of([&] { directory.make_directories("a/b/c", Durability::durable); });
  const auto b = trace.find("mkdirat", here.inside / "a/b");
  const auto c = trace.find("mkdirat", here.inside / "a/b/c");
  const auto count = trace.calls().size();
  REQUIRE(c < count);
  CHECK(trace.find("fsync", here.inside / "a", b) < count);
  CHECK(trace.find("fsync", here.inside / "a/b", c) < count);
  CHECK(trace.find("fsync", here.inside) == count);
}

TEST_CASE("what is in the way is kept and named") {
  const Playground here;
  const Beneath directory = Beneath::open(here.inside, any_way());
  write_file(here.inside / "file", "f");
  fs::create_directories(here.inside / "empty");
  fs::create_directories(here.inside / "from");
  ::mkfifo((here.inside / "fifo").c_str(), 0600);
  CHECK(kind_thrown_by([&] { directory.make_directories("file/x"); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { directory.make_directories("file"); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { directory.create_temp_beside("file/x"); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { directory.create_file("file/x", 0666); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { directory.create_file("file", 0666); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { directory.create_file("empty", 0666); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { directory.create_file("absent/x", 0666); }) == ErrorKind::not_found);
  CHECK(kind_thrown_by([&] { directory.rename("file", "empty"); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { directory.rename("from", "empty"); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { directory.remove_file("empty"); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { directory.remove_empty_directory("file"); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { directory.open_file("empty"); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { directory.open_file("fifo"); }) == ErrorKind::conflict);
  CHECK(kind_thrown_by([&] { directory.open_file("absent"); }) == ErrorKind::not_found);
  CHECK(kind_thrown_by([&] { directory.create_temp_beside("absent/x"); }) == ErrorKind::not_found);
  CHECK(message_thrown_by([&] { directory.open_file("a\033b"); }).find("a\\x1bb") !=
        std::string::npos);
  CHECK(fs::is_directory(here.inside / "empty"));
  CHECK(fs::is_directory(here.inside / "from"));
}

TEST_CASE("odd names and deep trees", "[case-16]") {
  const Playground here;
  const Beneath directory = Beneath::open(here.inside, any_way());
  for (const std::string& name : {std::string(255, 'n'),
                                  std::string("\xFF\xFE"),
                                  std::string("a\nb"),
                                  std::string("-rf"),
                                  std::string("$(x)"),
                                  std::string("~"),
                                  std::string("a\\b"),
                                  std::string("name\r")}) {
    put(directory, name, name);
    CHECK(read_file(here.inside / name) == name);
  }
  CHECK(kind_thrown_by([&] { directory.make_directories(std::string(256, 'n')); }) ==
        ErrorKind::io);
  // Deeper than PATH_MAX: 600 levels of ten bytes.
  std::string deep = "level-000";
  for (int i = 1; i < 600; ++i) {
    deep += "/level-000";
  }
  directory.make_directories(deep);
  put(directory, deep + "/f", "deep");
  CHECK(directory.lstat(deep + "/f")->size == 4);
  CHECK(directory.remove_file(deep + "/f"));
  remove_tree(here.inside / "level-000");
}

TEST_CASE("beneath nothing there is nothing") {
  const Playground here;
  CHECK(kind_thrown_by([&] { Beneath::open(here.inside / "absent", any_way()); }) == ErrorKind::io);
  CHECK(kind_thrown_by([&] { Beneath::open(here.outside / "canary", any_way()); }) ==
        ErrorKind::io);
}

}  // namespace mlops::os
