#include "fault/simulated_disk.h"

#include <set>

#include <fcntl.h>

#include <catch2/catch.hpp>

#include "support/temp_dir.h"

using mlops::os::fault::Call;
using mlops::test::SimulatedDisk;
using mlops::test::TempDir;
using mlops::test::Tree;

namespace {

std::set<Tree> states_of(const SimulatedDisk& disk) {
  std::mt19937_64 random(1);
  std::set<Tree> states;
  std::set<std::string> seen;
  disk.for_each_state(random, seen, [&](const Tree& tree) { states.insert(tree); });
  return states;
}

struct Disk {
  TempDir dir;
  std::string top = dir.path().string();
  SimulatedDisk disk = prepare();

  SimulatedDisk prepare() const {
    mlops::test::write_file(dir / "d/old", "old");
    return SimulatedDisk(dir.path());
  }
  bool create(const std::string& name) {
    return disk.apply({"openat", top + "/" + name, "", O_CREAT | O_EXCL | O_RDWR, ""});
  }
  bool write(const std::string& name, const std::string& data) {
    return disk.apply({"write", top + "/" + name, "", 0, data});
  }
  bool call(const std::string& call, const std::string& name, const std::string& to = "") {
    return disk.apply({call, top + "/" + name, to.empty() ? "" : top + "/" + to, 0, ""});
  }
};

}  // namespace

TEST_CASE("what is not synced is lost, kept or both") {
  Disk disk;
  CHECK(states_of(disk.disk) == std::set<Tree>{{{"d/", ""}, {"d/old", "old"}}});
  CHECK(disk.create("d/new"));
  CHECK(disk.write("d/new", "bytes"));
  const Tree old{{"d/", ""}, {"d/old", "old"}};
  const Tree empty{{"d/", ""}, {"d/new", ""}, {"d/old", "old"}};
  const Tree whole{{"d/", ""}, {"d/new", "bytes"}, {"d/old", "old"}};
  CHECK(states_of(disk.disk) == std::set<Tree>{old, empty, whole});
  CHECK(disk.call("fdatasync", "d/new"));
  CHECK(states_of(disk.disk) == std::set<Tree>{old, whole});
  CHECK(disk.call("fsync", "d"));
  CHECK(states_of(disk.disk) == std::set<Tree>{whole});
}

TEST_CASE("a write is torn at sectors") {
  Disk disk;
  const std::string data(1024, 'x');
  disk.create("d/new");
  disk.call("fsync", "d");
  disk.write("d/new", data);
  std::set<std::string> contents;
  for (const Tree& tree : states_of(disk.disk)) {
    contents.insert(tree.at("d/new"));
  }
  CHECK(contents == std::set<std::string>{
                        "", data, data.substr(512), std::string(512, '\0') + data.substr(512)});
}

TEST_CASE("a rename leaves one name or both, never none") {
  Disk disk;
  disk.call("mkdirat", "e");
  disk.call("fsync", ".");
  disk.disk.apply({"fsync", disk.top, "", 0, ""});
  CHECK(disk.call("renameat2", "d/old", "e/new"));
  std::set<std::set<std::string>> names;
  for (const Tree& tree : states_of(disk.disk)) {
    std::set<std::string> files;
    for (const auto& [name, content] : tree) {
      if (!name.ends_with('/')) {
        CHECK(content == "old");
        files.insert(name);
      }
    }
    names.insert(files);
  }
  CHECK(names == std::set<std::set<std::string>>{{"d/old"}, {"e/new"}, {"d/old", "e/new"}});
  SECTION("the new directory synced keeps the new name") {
    CHECK(disk.call("fsync", "e"));
    for (const Tree& tree : states_of(disk.disk)) {
      CHECK(tree.contains("e/new"));
    }
  }
  SECTION("the old directory synced keeps the new name too") {
    CHECK(disk.call("fsync", "d"));
    CHECK(states_of(disk.disk) == std::set<Tree>{{{"d/", ""}, {"e/", ""}, {"e/new", "old"}}});
  }
}

TEST_CASE("of many operations each is lost alone, and kept alone") {
  Disk disk;
  for (int i = 0; i < 9; ++i) {
    disk.create("d/" + std::to_string(i));
  }
  const auto states = states_of(disk.disk);
  CHECK(states.size() >= 20);
  for (int i = 0; i < 9; ++i) {
    const std::string name = "d/" + std::to_string(i);
    CHECK(states.contains({{"d/", ""}, {name, ""}, {"d/old", "old"}}));
  }
}
