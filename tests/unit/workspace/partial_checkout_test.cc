#include "workspace/partial_checkout.h"

#include <algorithm>
#include <atomic>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "os/file.h"
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
  CheckoutResult check_out_full(const std::vector<std::string>& paths) {
    return checkout(
        {.paths = paths, .revision = {}, .restore = {}, .lock_files = {}, .extent = Extent::full});
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
  CHECK(p.state_of("d") == DataState::sparse);
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
  CHECK(p.state_of("d") == DataState::sparse);

  // The rest comes back as it was, beside the change.
  CHECK(p.check_out_full({"d"}).total.written_files == 2);
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
  p.check_out_full(GENERATE(Names{"d"}, Names{}));
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
  CHECK_FALSE(p.check_out_full({"d"}).total.kept.empty());
  CHECK(is_partly_checked_out(p.space(), "d"));
}

TEST_CASE("bringing back a file of a whole data set makes it no part") {
  Part p;
  p.check_out_full({"d"});
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

// ---- what is remembered

TEST_CASE("a checkout brings the parts that are remembered, of any version") {
  Part p;
  p.check_out({"d/top"});
  p.check_out({"d/one/a"});  // inside another
  CHECK(*sparse_parts(p.space(), "d") == Names{"one", "top"});
  p.check_out_full({"d"});
  fs::remove_all(p / "d/two");
  p.repo.write("d/one/a", "A");
  p.repo.write("d/one/new", "n");
  p.repo.write("d/three/x", "x");
  p.next();
  p.add({"d"});
  p.repo.commit("two");
  fs::remove_all(p / "d");
  p.next();
  p.check_out({"d/one", "d/top"});
  CHECK_FALSE(p.exists("d/three"));

  p.repo.git({"checkout", "-q", "HEAD~"});
  p.next();
  CHECK(p.state_of("d") != DataState::sparse);
  const CheckoutResult back = p.check_out(GENERATE(Names{}, Names{"d"}));
  CHECK(back.sparse == Names{"d"});
  CHECK(p.repo.read("d/one/a") == "a");
  CHECK_FALSE(p.exists("d/one/new"));
  CHECK_FALSE(p.exists("d/two"));
  CHECK(p.state_of("d") == DataState::sparse);
  p.repo.git({"checkout", "-q", "main"});
  p.next();
  CHECK(p.state_of("d") != DataState::sparse);
  p.check_out({});
  CHECK(p.repo.read("d/one/new") == "n");
  CHECK(p.state_of("d") == DataState::sparse);
}

TEST_CASE("a part that the version lacks is remembered until it comes back") {
  Part p;
  p.check_out_full({"d"});
  fs::remove_all(p / "d/one");
  p.next();
  p.add({"d"});
  p.repo.commit("without one");
  p.repo.git({"checkout", "-q", "HEAD~"});
  fs::remove_all(p / "d");
  p.next();
  p.check_out({"d/one"});
  p.repo.git({"checkout", "-q", "main"});
  p.next();
  CHECK(p.check_out({}).total.removed_files == 2);
  CHECK(p.files() == Names{"d/top", "d/two/c"});
  CHECK(p.state_of("d") == DataState::sparse);
  fs::remove_all(p / "d");
  CHECK(p.state_of("d") == DataState::sparse);
  p.repo.git({"checkout", "-q", "HEAD~"});
  p.next();
  CHECK(p.state_of("d") == DataState::missing);
  CHECK(p.check_out({}).total.written_files == 2);
}

TEST_CASE("what lies outside the parts stays up to date, and absent is not brought") {
  Part p;
  p.check_out({"d/top"});
  p.repo.write("d/two/c", "c");
  p.repo.write("d/mine", "m");
  p.next();
  CHECK(p.state_of("d") == DataState::modified);
  CHECK(p.check_out({}).total.kept == Names{"d/mine"});
  p.add({"d"});
  p.repo.commit("mine too");
  p.repo.git({"checkout", "-q", "HEAD~"});
  p.next();
  CHECK(p.check_out({}).total.removed_files == 1);
  CHECK_FALSE(p.exists("d/mine"));
  CHECK(p.repo.read("d/two/c") == "c");
}

TEST_CASE("status names what is missing in the parts, and nothing else") {
  Part p;
  fs::remove(p / "d/one/b");
  p.repo.write("d/one/c", "c");  // as the absent d/two/c: new, not moved
  p.next();
  const DataStatus status = data_status(p.space(), p.progress, p.cancel).at(0);
  CHECK(status.state == DataState::missing);
  CHECK(status.parts == Names{"d/one"});
  CHECK_THAT(status.problem, Contains("1 of 5 files is missing: they belong to its parts"));
  std::vector<std::pair<ChangeKind, std::string>> changes;
  for (const FileChange& file : list_changed_files(p.space(), status, p.progress, p.cancel)) {
    changes.emplace_back(file.change, file.path);
  }
  CHECK(changes == std::vector<std::pair<ChangeKind, std::string>>{{ChangeKind::removed, "d/one/b"},
                                                                   {ChangeKind::added, "d/one/c"}});
}

TEST_CASE("a sparse checkout that ended goes on as one") {
  Part p;
  fs::remove_all(p / "d");
  note_unfinished_checkout(p.space(), "d", p.before.root);
  p.next();
  p.check_out({});
  CHECK_FALSE(is_checkout_unfinished(p.space(), "d"));
  CHECK(p.state_of("d") == DataState::sparse);
  CHECK_FALSE(p.exists("d/two"));
}

TEST_CASE("a note that cannot be read stops what needs it, not the checkout of the whole") {
  Part p;
  const fs::path note = fs::directory_iterator(p.space().partial_directory())->path();
  const std::string text = GENERATE(std::string("other"),
                                    std::string("d\0../x", 6),
                                    std::string("d\0.git/x", 8),
                                    std::string("d\0", 2),
                                    std::string("d\0/abs", 7));
  os::write_file_atomic(note, text, os::Durability::relaxed);
  p.next();
  const Error error = error_of([&] { p.check_out({}); });
  CHECK(error.kind() == ErrorKind::config);
  CHECK_THAT(error.hint(), Contains("mlops data checkout --full -- d"));
  CHECK(p.check_out_full({"d"}).total.written_files == 2);
  CHECK(p.state_of("d") == DataState::unchanged);
}

TEST_CASE("a path inside a data set is not brought in full") {
  Part p;
  const Error error = error_of([&] { p.check_out_full({"d/two"}); });
  CHECK(error.kind() == ErrorKind::usage);
  CHECK_FALSE(p.exists("d/two"));
}

/// Cuts a checkout off after some files.
class Cut final : public Progress {
 public:
  Cut(CancelToken& token, std::uint64_t files) : token_(token), files_(files) {}
  void begin(std::string_view phase, std::uint64_t, std::uint64_t) override {
    is_writing_ = phase == "checking out";
  }
  void advance(std::uint64_t items, std::uint64_t) override {
    if (is_writing_ && items > 0 && ++done_ == files_) {
      token_.cancel();
    }
  }
  void end() override {}
  void warn(std::string_view) override {}

 private:
  CancelToken& token_;
  std::uint64_t files_;
  std::atomic<std::uint64_t> done_{0};
  std::atomic<bool> is_writing_{false};
};

/// d with forty files, added; a checkout of it ended after some of them.
struct Unfinished : Fixture {
  Unfinished() {
    for (int i = 0; i < 20; ++i) {
      repo.write(fmt::format("d/{}", i), fmt::format("file {}", i));
      repo.write(fmt::format("d/sub/{}", i), fmt::format("below {}", i));
    }
    before = add({"d"}).data_sets[0].pointer;
    repo.commit("whole");
    fs::remove_all(*this / "d");
    next();
    cut_off({.paths = {}, .revision = {}, .restore = {}, .lock_files = {}});
    next();
  }
  void next() {
    settle();
    reopen();
  }
  void cut_off(const CheckoutOptions& options) {
    CancelToken token;
    Cut cut(token, 3);
    CHECK(error_of([&] { checkout_data(space(), options, cut, token); }).kind() ==
          ErrorKind::interrupted);
  }
  DataStatus status() { return data_status(space(), progress, cancel).at(0); }
  std::size_t files_here() const {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(repo / "d")) {
      count += entry.is_regular_file() ? 1 : 0;
    }
    return count;
  }
  Pointer before;
};

TEST_CASE("what a checkout did not bring before it ended is missing, not deleted") {
  Unfinished u;
  REQUIRE(u.files_here() < 40);
  const DataStatus status = u.status();
  CHECK(status.state == DataState::missing);
  CHECK_THAT(status.problem, Contains(fmt::format("{} of 40 files", 40 - u.files_here())));

  CHECK_FALSE(u.add({"d"}).data_sets[0].changed);
  u.repo.write("d/new", "n");
  u.next();
  const AddedDataSet added = u.add({"d"}).data_sets[0];
  CHECK(added.pointer.files == 41);
  CHECK(u.status().state == DataState::missing);

  CHECK(u.checkout().total.kept.empty());
  u.next();
  CHECK(u.files_here() == 41);
  CHECK(u.status().state == DataState::unchanged);
  fs::remove_all(u / "d/sub");
  CHECK(u.state_of("d") == DataState::modified);
  CHECK(u.add({"d"}).data_sets[0].pointer.files == 21);
}

TEST_CASE("a part does not finish the checkout of the whole, nor does one that is refused") {
  Unfinished u;
  SECTION("a part") {
    CHECK(u.checkout({.paths = {"d/sub"}, .revision = {}, .restore = {}, .lock_files = {}})
              .total.kept.empty());
  }
  SECTION("refused") {
    u.repo.write("d/sub/7", "mine");
    u.next();
    CHECK_FALSE(u.checkout().total.kept.empty());
    fs::remove(u / "d/sub/7");
  }
  u.next();
  CHECK(u.status().state == DataState::missing);
  CHECK(u.add({"d"}).data_sets[0].pointer.files == 40);
}

TEST_CASE("a refused checkout leaves a whole data set whole") {
  Unfinished u;
  u.checkout();
  u.repo.write("d/1", "mine");
  fs::remove(u / "d/2");
  u.next();
  CHECK_FALSE(u.checkout().total.kept.empty());
  CHECK(u.add({"d"}).data_sets[0].pointer.files == 39);
}

TEST_CASE("two versions that an unfinished checkout mixed are no changes of the user's") {
  Unfinished u;
  u.checkout();
  for (int i = 0; i < 20; ++i) {
    u.repo.write(fmt::format("d/{}", i), fmt::format("FILE {}", i));
  }
  u.add({"d"});
  u.repo.commit("v2");
  u.next();
  u.cut_off({.paths = {}, .revision = "HEAD~", .restore = {}, .lock_files = {}});
  u.next();
  CHECK(u.files_here() == 40);
  CHECK(u.status().state == DataState::other_version);
  u.repo.write("d/sub/3", "mine");
  CHECK(u.status().state == DataState::modified);
}

TEST_CASE("to store just what is there, the pointer is deleted first") {
  Unfinished u;
  const std::size_t here = u.files_here();
  u.repo.git({"rm", "-q", "d.mlops"});
  u.next();
  CHECK(u.add({"d"}).data_sets[0].pointer.files == here);
  CHECK(u.status().state == DataState::unchanged);
}

TEST_CASE("the note is durable before the first file of the part is written") {
  Part p;
  p.check_out_full({"d"});
  fs::remove_all(p / "d");
  p.next();
  const auto trace = os::CallTrace::of([&] { p.check_out({"d/two"}); });
  const std::size_t note = trace.check_all_published(p.space().partial_directory().string() + "/");
  const auto files = trace.writes_to((p / "d/").string());
  REQUIRE_FALSE(files.empty());
  CHECK(files.front() > note);
}

}  // namespace
}  // namespace mlops::workspace::test
