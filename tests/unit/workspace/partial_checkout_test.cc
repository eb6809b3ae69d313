#include "workspace/partial_checkout.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "unit/os/call_trace.h"
#include "workspace/data_sets.h"
#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Catch::Matchers::Contains;

/// d with three files below two directories, added; then only d/one is checked out.
struct Part : Fixture {
  Part() {
    repo.write("d/one/a", "a");
    repo.write("d/one/b", "b");
    repo.write("d/two/c", "c");
    repo.write("d/top", "t");
    before = add({"d"}).data_sets[0].pointer;
    repo.commit("whole");
    fs::remove_all(*this / "d");
    next();
    check_out({"d/one"});
    next();
  }
  void next() {
    settle();
    reopen();
  }
  CheckoutResult check_out(const std::vector<std::string>& paths) {
    return checkout({.paths = paths, .revision = {}, .restore = {}, .lock_files = {}});
  }
  std::vector<std::string> files() {
    std::vector<std::string> names;
    for (const ListedFile& file : list_data(space(), "d", std::nullopt)) {
      names.push_back(file.path);
    }
    return names;
  }
  Pointer before;
};

using Names = std::vector<std::string>;

TEST_CASE("of a partly checked out data set, what is absent is not deleted") {
  Part p;
  CHECK(p.state_of("d") == DataState::unchanged);
  CHECK_FALSE(p.add({"d"}).data_sets[0].changed);
  CHECK(*read_pointer(p.space(), "d") == p.before);

  p.repo.write("d/one/a", "A!");
  p.repo.write("d/three/new", "n");
  p.next();
  CHECK(p.state_of("d") == DataState::modified);
  const AddedDataSet added = p.add({"d"}).data_sets[0];
  CHECK(added.changed);
  CHECK(added.pointer.files == 5);
  CHECK(added.pointer.bytes == 6);
  CHECK(p.files() == Names{"d/one/a", "d/one/b", "d/three/new", "d/top", "d/two/c"});
  p.next();
  CHECK(p.state_of("d") == DataState::unchanged);

  // The rest comes back as it was, beside the change.
  CHECK(p.check_out({"d"}).total.written_files == 2);
  CHECK(p.repo.read("d/two/c") == "c");
  CHECK(p.repo.read("d/one/a") == "A!");
}

TEST_CASE("absent is not deleted, also below what was checked out") {
  Part p;
  fs::remove(p / "d/one/b");
  fs::remove_all(p / "d/two");
  p.next();
  CHECK_FALSE(p.add({"d"}).data_sets[0].changed);
}

TEST_CASE("after a checkout of the whole, absent is deleted again") {
  Part p;
  p.check_out(GENERATE(Names{"d"}, Names{}));
  CHECK_FALSE(is_partly_checked_out(p.space(), "d"));
  fs::remove(p / "d/top");
  p.next();
  CHECK(p.state_of("d") == DataState::modified);
  CHECK(p.add({"d"}).data_sets[0].changed);
  CHECK(p.files() == Names{"d/one/a", "d/one/b", "d/two/c"});
}

TEST_CASE("a checkout of the whole that changes nothing leaves the note") {
  Part p;
  p.repo.write("d/one/a", "mine");
  p.next();
  CHECK_FALSE(p.check_out({"d"}).total.kept.empty());
  CHECK(is_partly_checked_out(p.space(), "d"));
}

TEST_CASE("bringing back a file of a whole data set makes it no part") {
  Part p;
  p.check_out({"d"});
  fs::remove(p / "d/one/a");
  p.check_out({"d/one/a"});
  CHECK_FALSE(is_partly_checked_out(p.space(), "d"));
  fs::remove(p / "d/top");
  p.next();
  CHECK(p.add({"d"}).data_sets[0].pointer.files == 3);
}

TEST_CASE("what could lose the rest of a partly checked out data set is refused") {
  Part p;
  SECTION("a broken pointer") {
    p.repo.write("d.mlops", "<<<<<<< ours\n");
  }
  SECTION("a file in its place") {
    fs::remove_all(p / "d");
    p.repo.write("d", "file");
  }
  p.next();
  const std::string pointer = p.repo.read("d.mlops");
  const Error error = error_of([&] { p.add({"d"}); });
  CHECK(error.kind() == ErrorKind::conflict);
  CHECK_THAT(error.message(), Contains("only partly checked out"));
  CHECK_THAT(error.hint(), Contains("mlops data checkout -- d"));
  CHECK(p.repo.read("d.mlops") == pointer);
}

TEST_CASE("a new data set in the place of a part is whole") {
  Part p;
  p.repo.git({"rm", "-q", "d.mlops"});
  p.next();
  CHECK(p.add({"d"}).data_sets[0].pointer.files == 2);
  CHECK_FALSE(is_partly_checked_out(p.space(), "d"));
}

TEST_CASE("the note is durable before the first file of the part is written") {
  Part p;
  fs::remove_all(p / "d");
  p.check_out({"d"});
  fs::remove_all(p / "d");
  p.next();
  const auto trace = os::CallTrace::of([&] { p.check_out({"d/two"}); });
  const std::size_t note = trace.check_all_published(p.space().partial_directory().string() + "/");
  const auto files = trace.renames_to((p / "d/").string());
  REQUIRE_FALSE(files.empty());
  CHECK(files.front() > note);
}

}  // namespace
}  // namespace mlops::workspace::test
