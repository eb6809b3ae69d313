#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "workspace/data.h"
#include "workspace/data_diff.h"
#include "workspace/data_move.h"
#include "workspace/data_remove.h"
#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Catch::Matchers::Contains;
using Names = std::vector<std::string>;

struct Ignoring : Fixture {
  Ignoring() {
    repo.write("d/a", "a");
    repo.write("d/b.tmp", "b");
    repo.write("d/sub/c", "c");
    repo.write("d/sub/d.tmp", "d");
  }
  void next() {
    settle();
    reopen();
  }
  Names files() {
    Names names;
    for (const ListedFile& file : list_data(space(), "d", std::nullopt)) {
      names.push_back(file.path);
    }
    return names;
  }
  Names changed() {
    Names names;
    for (const DataStatus& status : data_status(space(), progress, cancel)) {
      for (const FileChange& file : list_changed_files(space(), status, progress, cancel)) {
        names.push_back(file.path);
      }
    }
    return names;
  }
};

TEST_CASE("what .mlopsignore names is not added, modified or removed") {
  Ignoring f;
  f.repo.write(".mlopsignore", "*.tmp\nignored/\n");
  f.repo.write("d/ignored/x", "x");
  f.add({"d"});
  CHECK(f.files() == Names{"d/a", "d/sub/c"});
  f.repo.commit("one");
  f.repo.write("d/b.tmp", "B");
  f.repo.write("d/sub/new.tmp", "n");
  f.repo.write("d/ignored/y", "y");
  f.next();
  CHECK(f.state_of("d") == DataState::unchanged);
  CHECK(f.changed().empty());
  CHECK_FALSE(f.add({"d"}).data_sets[0].changed);

  const CheckoutResult same = f.checkout();
  CHECK(same.total.removed_files == 0);
  f.repo.write("d/sub/c", "changed");
  f.add({"d"});
  f.repo.commit("two");
  f.repo.git({"checkout", "-q", "HEAD~"});
  f.next();
  CHECK(f.checkout().total.kept.empty());
  CHECK(f.repo.read("d/sub/c") == "c");
  for (const char* file : {"d/b.tmp", "d/sub/d.tmp", "d/sub/new.tmp", "d/ignored/x"}) {
    CAPTURE(file);
    CHECK(f.exists(file));
  }
}

TEST_CASE("a .mlopsignore inside a data set is data, and its rules come with it") {
  Ignoring f;
  f.repo.write("d/.mlopsignore", "*.tmp\n!d.tmp\n");
  f.add({"d"});
  CHECK(f.files() == Names{"d/.mlopsignore", "d/a", "d/sub/c", "d/sub/d.tmp"});
}

TEST_CASE("what the version has stays tracked, whatever the rules say later") {
  Ignoring f;
  f.add({"d"});
  f.repo.commit("all");
  f.repo.write(".mlopsignore", "*.tmp\nsub/\n");
  f.next();
  CHECK(f.state_of("d") == DataState::unchanged);
  f.repo.write("d/e.tmp", "e");
  f.repo.write("d/sub/e", "e");
  CHECK(f.state_of("d") == DataState::unchanged);
  f.repo.write("d/sub/d.tmp", "D");
  f.next();
  CHECK(f.changed() == Names{"d/sub/d.tmp"});
  f.add({"d"});
  CHECK(f.files() == Names{"d/a", "d/b.tmp", "d/sub/c", "d/sub/d.tmp"});

  // Deleted, it is gone for good.
  fs::remove(f / "d/b.tmp");
  f.next();
  f.add({"d"});
  f.repo.write("d/b.tmp", "again");
  f.next();
  CHECK(f.state_of("d") == DataState::unchanged);
}

TEST_CASE("a checkout writes what the version has over what is ignored, if the store knows it") {
  Ignoring f;
  f.add({"d"});
  f.repo.commit("all");
  f.repo.write(".mlopsignore", "b.tmp\nsub\n");
  SECTION("unknown content is kept and named") {
    f.repo.write("d/b.tmp", "mine");
    f.next();
    CHECK(f.checkout().total.kept == Names{"d/b.tmp"});
    CHECK(f.repo.read("d/b.tmp") == "mine");
  }
  SECTION("known content is replaced") {
    f.repo.write("d/b.tmp", "a");
    f.next();
    CHECK(f.checkout().total.kept.empty());
    CHECK(f.repo.read("d/b.tmp") == "b");
  }
  SECTION("an ignored directory in the place of a file is in the way") {
    fs::remove(f / "d/a");
    f.repo.write("d/a/x", "mine");
    f.repo.write(".mlopsignore", "x\n");
    f.next();
    const CheckoutResult result =
        f.checkout({.paths = {}, .revision = {}, .restore = {Clobber::rescue}, .lock_files = {}});
    CHECK(result.total.kept == Names{"d/a/x"});
    CHECK_THAT(result.total.kept_reasons.at(0), Contains("ignored"));
    CHECK(f.repo.read("d/a/x") == "mine");
  }
}

TEST_CASE("a part inside an ignored directory leaves what is not of the version") {
  Ignoring f;
  f.add({"d"});
  f.repo.commit("all");
  f.repo.write(".mlopsignore", "sub/\n");
  f.repo.write("d/sub/known", "a");
  f.repo.write("d/sub/unknown", "u");
  fs::remove(f / "d/sub/c");
  f.next();
  CHECK(f.checkout({.paths = {"d/sub"}, .revision = {}, .restore = {}, .lock_files = {}})
            .total.kept.empty());
  CHECK(f.repo.read("d/sub/c") == "c");
  CHECK(f.exists("d/sub/known"));
  CHECK(f.exists("d/sub/unknown"));
}

TEST_CASE("rm and mv leave the ignored alone") {
  Ignoring f;
  f.repo.write(".mlopsignore", "*.tmp\n");
  f.add({"d"});
  f.repo.commit("some");
  f.next();
  SECTION("rm") {
    CHECK(remove_data(f.space(), {"d"}, {}, f.progress, f.cancel).total.kept.empty());
    CHECK_FALSE(f.exists("d/a"));
    CHECK_FALSE(f.exists("d/sub/c"));
    CHECK(f.repo.read("d/b.tmp") == "b");
    CHECK(f.repo.read("d/sub/d.tmp") == "d");
  }
  SECTION("mv") {
    move_data(f.space(), "d", "e", {}, f.progress, f.cancel);
    CHECK(f.repo.read("e/b.tmp") == "b");
    CHECK_FALSE(f.exists("d"));
    CHECK(f.state_of("e") == DataState::unchanged);
  }
}

TEST_CASE("pipes, closed directories and git's files that are ignored stop nothing") {
  Ignoring f;
  f.repo.write(".mlopsignore", "pipe\n.git\n.gitattributes\nlink\n");
  REQUIRE(::mkfifo((f / "d/pipe").c_str(), 0600) == 0);
  f.repo.write("d/.git/config", "x");
  f.repo.write("d/sub/.gitattributes", "* text");
  fs::create_symlink("/etc/passwd", f / "d/link");
  CHECK(f.add({"d"}).data_sets[0].skipped.empty());
  CHECK(f.files() == Names{"d/a", "d/b.tmp", "d/sub/c", "d/sub/d.tmp"});
}

TEST_CASE("a .mlopsignore that is no file of rules is refused, not passed over") {
  Ignoring f;
  const std::string place = GENERATE("", "d/", "d/sub/");
  SECTION("a link") {
    f.repo.write("rules", "*\n");
    fs::create_symlink(f / "rules", f / (place + ".mlopsignore"));
  }
  SECTION("a directory") {
    fs::create_directories(f / (place + ".mlopsignore"));
  }
  SECTION("a huge file") {
    f.repo.write(place + ".mlopsignore", std::string((256U << 10U) + 1, 'x'));
  }
  const Error error = error_of([&] { f.add({"d"}); });
  CHECK(error.kind() == ErrorKind::config);
  CHECK_THAT(error.message(), Contains("'" + place + ".mlopsignore'"));
  CHECK_FALSE(f.exists("d.mlops"));
}

TEST_CASE("a path that is ignored is not made a data set") {
  Ignoring f;
  f.repo.write(".mlopsignore", "# first\nd/\n*.tmp\n");
  const std::string path = GENERATE("d", "d/b.tmp", "d/sub/c");
  const Error error = error_of([&] { f.add({path}); });
  CHECK(error.kind() == ErrorKind::conflict);
  CHECK_THAT(full_text(error), Contains(".mlopsignore:2: d/"));
}

}  // namespace
}  // namespace mlops::workspace::test
