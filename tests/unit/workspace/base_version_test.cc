#include "workspace/base_version.h"

#include <fstream>

#include <catch2/catch.hpp>

#include "workspace/data_sets.h"
#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Catch::Matchers::Contains;
using Paths = std::vector<std::string>;

/// d with a and b; others added c, whose pointer git brings and nobody checks out.
struct Behind : Fixture {
  Behind() {
    repo.write("d/a", "a");
    repo.write("d/b", "b");
    first = add({"d"}).data_sets[0].pointer;
    repo.commit("first");
    repo.write("d/c", "c");
    second = add({"d"}).data_sets[0].pointer;
    repo.commit("second");
    repo.git({"checkout", "--quiet", "HEAD~"});
    reopen();
    checkout({.paths = {}, .revision = {}, .restore = {}, .lock_files = {}});
    repo.git({"checkout", "--quiet", "-"});
    settle();
    reopen();
  }
  Paths missed(Absent absent = Absent::deleted) {
    Paths paths;
    for (const FileChange& change :
         find_missed_changes(space(), "d", second.root, absent, progress, cancel).files) {
      paths.push_back(change.path);
    }
    return paths;
  }
  Pointer first;
  Pointer second;
};

TEST_CASE("what others added and nobody checked out is missed, what was deleted here is not") {
  Behind b;
  fs::remove(b / "d/a");
  CHECK(b.missed() == Paths{"d/c"});
  CHECK(b.missed(Absent::stays).empty());
  CHECK_THAT(full_text(error_of([&] { b.add({"d"}); })),
             Contains("1 change of 'd'") && Contains("added 'd/c'") &&
                 Contains("mlops data checkout -- d/c"));
  CHECK(*read_pointer(b.space(), "d") == b.second);
  b.repo.write("d/c", "c");
  CHECK(b.missed().empty());
  CHECK(b.add({"d"}).data_sets[0].pointer.files == 2);
}

TEST_CASE("without a note nothing counts as deleted") {
  Behind b;
  forget_base_version(b.space(), "d");
  fs::remove(b / "d/a");
  CHECK(b.missed() == Paths{"d/a", "d/c"});
  // Of what is here nobody knows whose change it is.
  b.repo.write("d/a", "other");
  b.repo.write("d/c", "other");
  CHECK(b.missed().empty());
}

TEST_CASE("a version that was added here since the last checkout is no news") {
  Behind b;
  CHECK(base_versions(b.space(), "d") == std::vector{b.first.root});
  note_added_version(b.space(), "d", b.second.root);
  CHECK(b.missed().empty());
  // … until they are too many.
  for (std::uint8_t i = 0; i < 64; ++i) {
    store::ObjectId other;
    other.bytes[0] = static_cast<std::uint8_t>(i + 1);
    note_added_version(b.space(), "d", other);
  }
  CHECK(base_versions(b.space(), "d").size() == 64);
  CHECK_FALSE(b.missed().empty());
}

TEST_CASE("a note that is damaged is none") {
  Behind b;
  const fs::path note = fs::directory_iterator(b.space().base_directory())->path();
  for (const char* text : {"", "r1:zz\nd", "\n\n\n"}) {
    std::ofstream(note) << text;
    CHECK(base_versions(b.space(), "d").empty());
    CHECK(b.missed() == Paths{"d/c"});
  }
}

}  // namespace
}  // namespace mlops::workspace::test
