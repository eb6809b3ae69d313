#include "workspace/data.h"

#include <catch2/catch.hpp>

#include "workspace/data_sets.h"
#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Catch::Matchers::Contains;

TEST_CASE("add stores a file, writes and stages pointer and .gitignore") {
  Fixture f;
  f.repo.write("data/train.csv", "id,y\n1,0\n");
  const AddResult result = f.add({"data/train.csv"});
  REQUIRE(result.data_sets.size() == 1);
  CHECK(result.data_sets[0].changed);
  CHECK(result.data_sets[0].pointer.files == 1);
  CHECK(result.data_sets[0].pointer.bytes == 9);
  CHECK(result.staged == std::vector<std::string>{"data/.gitignore", "data/train.csv.mlops"});
  CHECK(f.repo.read("data/.gitignore") == "/train.csv\n");
  CHECK(f.repo.read("data/train.csv.mlops") == format_pointer(result.data_sets[0].pointer));
  CHECK(f.repo.git({"status", "--porcelain"}) == "A  data/.gitignore\nA  data/train.csv.mlops\n");
  CHECK(f.state_of("data/train.csv") == DataState::unchanged);
}

TEST_CASE("adding the same content again changes nothing") {
  Fixture f;
  f.repo.write("data/a", "1");
  f.repo.write("data/sub/b", "2");
  const Pointer first = f.add({"data"}).data_sets[0].pointer;
  const std::string before = f.repo.git({"status", "--porcelain"});
  f.reopen();
  const AddResult again = f.add({"data"});
  CHECK_FALSE(again.data_sets[0].changed);
  CHECK(again.data_sets[0].pointer == first);
  CHECK(again.staged.empty());
  CHECK(f.repo.git({"status", "--porcelain"}) == before);
}

TEST_CASE("another clone's root of the same content keeps the pointer") {
  Fixture here;
  Fixture there;
  for (Fixture* f : {&here, &there}) {
    f->repo.write("x.csv", "same");
    f->add({"x.csv"});
  }
  REQUIRE(here.repo.read("x.csv.mlops") != there.repo.read("x.csv.mlops"));
  // What a pull brings: the other clone's root, and its pointer by git.
  fs::copy(there.space().store_directory() / "roots",
           here.space().store_directory() / "roots",
           fs::copy_options::recursive | fs::copy_options::skip_existing);
  here.repo.write("x.csv.mlops", there.repo.read("x.csv.mlops"));
  here.reopen();
  CHECK(here.state_of("x.csv") == DataState::unchanged);
  CHECK_FALSE(here.add({"x.csv"}).data_sets[0].changed);
  CHECK(here.repo.read("x.csv.mlops") == there.repo.read("x.csv.mlops"));
}

TEST_CASE("status tells every state") {
  Fixture f;
  f.repo.write("a", "a");
  f.repo.write("b", "b");
  f.repo.write("c", "c");
  f.repo.write("dir/x", "x");
  f.add({"a", "b", "c", "dir"});
  CHECK(list_data_sets(f.space()) == std::vector<std::string>{"a", "b", "c", "dir"});
  f.repo.write("b", "B");
  fs::remove(f / "c");
  f.repo.write("dir/new", "n");
  f.repo.write("bad.mlops", "schema = 1\nroot = 3\n");
  CHECK(f.state_of("a") == DataState::unchanged);
  CHECK(f.state_of("b") == DataState::modified);
  CHECK(f.state_of("c") == DataState::missing);
  CHECK(f.state_of("dir") == DataState::modified);
  CHECK(f.state_of("bad") == DataState::invalid_pointer);
  Pointer unknown = *read_pointer(f.space(), "a");
  unknown.root.bytes[0] ^= 1U;
  f.repo.write("a.mlops", format_pointer(unknown));
  CHECK(f.state_of("a") == DataState::not_in_store);
}

TEST_CASE("what a checkout writes is ignored by git, also where no line said so") {
  Fixture f;
  f.repo.write("data/x", "x");
  f.repo.write("data/d/y", "y");
  f.add({"data/x", "data/d"});
  f.repo.commit("v1");
  f.repo.git({"mv", "data/x.mlops", "data/z.mlops"});
  fs::remove_all(f / "data/d");
  f.repo.write("data/.gitignore", "/x\n");
  f.reopen();
  SECTION("data sets") {
    CHECK(f.checkout().ignore_files == std::vector<std::string>{"data/.gitignore"});
    CHECK(f.repo.read("data/.gitignore") == "/x\n/d\n/z\n");
  }
  SECTION("a part of one") {
    CHECK(f.checkout({.paths = {"data/d/y"}, .revision = {}, .restore = {}, .lock_files = {}})
              .ignore_files.size() == 1);
    CHECK(f.repo.read("data/.gitignore") == "/x\n/d\n");
  }
  SECTION("nothing when nothing is written") {
    f.repo.write("data/z", "mine");
    CHECK_FALSE(f.checkout().total.kept.empty());
    CHECK(f.repo.read("data/.gitignore") == "/x\n");
  }
  SECTION("nothing for what is ignored otherwise") {
    f.repo.write(".gitignore", "data/*\n!*.mlops\n");
    CHECK(f.checkout().ignore_files.empty());
  }
}

TEST_CASE("another version is told from changes that the store does not know") {
  Fixture f;
  f.repo.write("d/a", "one");
  f.repo.write("d/b", "two");
  f.add({"d"});
  f.repo.commit("v1");
  f.repo.git({"tag", "v1"});
  f.repo.write("d/a", "ONE");
  f.add({"d"});
  f.repo.commit("v2");
  f.repo.git({"checkout", "-q", "v1"});
  f.reopen();
  CHECK(f.state_of("d") == DataState::other_version);
  SECTION("a link that is no data changes nothing") {
    fs::create_symlink("a", f / "d/link");
    CHECK(f.state_of("d") == DataState::other_version);
  }
  SECTION("files that are known one by one make no version") {
    fs::remove(f / "d/b");
    CHECK(f.state_of("d") == DataState::modified);
  }
  SECTION("new content, also when a run has stored it") {
    f.repo.write("d/a", "new");
    CHECK(f.state_of("d") == DataState::modified);
    const auto writer = f.space().store().begin_write();
    writer->commit(store_path(f.space(), *writer, "d", {}, f.progress, f.cancel).top);
    CHECK(f.state_of("d") == DataState::modified);
  }
}

TEST_CASE("a same-size edit right after add is seen", "[case-52]") {
  Fixture f;
  for (int i = 0; i < 8; ++i) {
    f.repo.write("x", "aaaa");
    f.reopen();
    f.add({"x"});
    f.repo.write("x", "bbbb");
    f.reopen();
    REQUIRE(f.state_of("x") == DataState::modified);
  }
}

TEST_CASE("add refuses with the command that mends") {
  Fixture f;
  f.repo.write("tracked.csv", "1");
  f.repo.write("dir/tracked", "1");
  f.repo.commit("first");
  f.reopen();
  const auto refusal = [&](const std::string& path) {
    const Error error = error_of([&] { f.add({path}); });
    CHECK(f.space().store().list_roots().empty());
    return full_text(error);
  };
  SECTION("git tracks the file") {
    CHECK_THAT(refusal("tracked.csv"), Contains("git rm -r --cached -- tracked.csv"));
    CHECK_THAT(refusal("dir"), Contains("git rm -r --cached -- dir"));
  }
  SECTION("gitignore hides the pointer") {
    f.repo.write(".gitignore", "out/\n*.mlops\n");
    f.repo.write("x.csv", "1");
    CHECK_THAT(refusal("x.csv"), Contains("echo '!/x.csv.mlops' >> .gitignore"));
    f.repo.write("out/y.csv", "1");
    CHECK_THAT(refusal("out/y.csv"), Contains("change line 1 of '.gitignore'"));
    f.repo.write("odd[1] .csv", "1");
    CHECK_THAT(refusal("odd[1] .csv"),
               Contains(R"(printf '%s\n' '!/odd\[1] .csv.mlops' >> .gitignore)"));
  }
  SECTION("link") {
    fs::create_symlink("tracked.csv", f / "link");
    CHECK_THAT(refusal("link"), Contains("symbolic link") && Contains("data add -- tracked.csv"));
    fs::create_directory_symlink("dir", f / "dlink");
    CHECK_THAT(refusal("dlink/tracked"), Contains("symbolic link"));
  }
  SECTION("names that cannot be") {
    CHECK_THAT(refusal(""), Contains("top of the work tree"));
    CHECK_THAT(refusal("x.mlops"), Contains("mlops data add x"));
    CHECK_THAT(refusal(".git/config"), Contains("cannot be data"));
    CHECK_THAT(refusal(".mlops/config.toml"), Contains("cannot be data"));
    CHECK_THAT(refusal("../outside"), Contains("cannot be data"));
    CHECK_THAT(refusal("absent"), Contains("does not exist"));
  }
  SECTION("twice, or within each other") {
    f.repo.write("d/x", "1");
    CHECK_THAT(full_text(error_of([&] { f.add({"d", "d"}); })), Contains("named twice"));
    CHECK_THAT(full_text(error_of([&] { f.add({"d/x", "d"}); })), Contains("is inside"));
    CHECK_FALSE(f.exists("d.mlops"));
  }
  SECTION("another repository inside") {
    fs::create_directories(f / "sub/.git");
    f.repo.write("sub/data/x", "1");
    CHECK_THAT(refusal("sub/data"), Contains("another git repository"));
    CHECK_THAT(refusal("sub"), Contains("'sub/.git'"));
  }
}

TEST_CASE("data sets do not nest") {
  Fixture f;
  f.repo.write("d/in/x", "1");
  f.add({"d/in"}, {.snapshot = {}, .stage = Stage::no});
  CHECK_THAT(full_text(error_of([&] { f.add({"d"}); })), Contains("pointer of a data set inside"));
  f.space().repository().stage({"d/.gitignore", "d/in.mlops"});
  f.reopen();
  CHECK_THAT(full_text(error_of([&] { f.add({"d"}); })), Contains("holds the data set 'd/in'"));
  CHECK_THAT(full_text(error_of([&] { f.add({"d/in/x"}); })), Contains("mlops data add d/in"));
}

TEST_CASE("checkout brings back versions and leaves the user's changes") {
  Fixture f;
  f.repo.write("d/a", "one");
  f.repo.write("d/b", "two");
  fs::permissions(f / "d/b", fs::perms::owner_exec, fs::perm_options::add);
  fs::create_directories(f / "d/empty");
  f.add({"d"});
  f.repo.commit("v1");
  f.repo.git({"tag", "v1"});
  f.repo.write("d/a", "ONE");
  f.repo.write("d/c", "three");
  fs::remove(f / "d/b");
  f.reopen();
  f.add({"d"});
  f.repo.commit("v2");
  const std::string pointer = f.repo.read("d.mlops");

  f.reopen();
  CheckoutOptions old{.paths = {}, .revision = "v1", .restore = {}, .lock_files = {}};
  const CheckoutResult result = f.checkout(old);
  CHECK(result.total.kept.empty());
  CHECK(result.data_sets == std::vector<std::string>{"d"});
  CHECK(f.repo.read("d/a") == "one");
  CHECK(f.repo.read("d/b") == "two");
  CHECK((fs::status(f / "d/b").permissions() & fs::perms::owner_exec) != fs::perms::none);
  CHECK_FALSE(f.exists("d/c"));
  CHECK(f.exists("d/empty"));
  CHECK(f.repo.read("d.mlops") == pointer);
  CHECK(f.state_of("d") == DataState::other_version);

  f.reopen();
  CHECK(f.checkout().total.written_files == 2);
  CHECK(f.repo.read("d/a") == "ONE");
  CHECK(f.state_of("d") == DataState::unchanged);
  CHECK(f.checkout().total.written_files == 0);

  f.repo.write("d/a", "mine");
  f.repo.write("d/note", "mine too");
  fs::remove(f / "d/c");
  const CheckoutResult kept = f.checkout();
  CHECK(kept.total.kept == std::vector<std::string>{"d/a", "d/note"});
  CHECK(f.repo.read("d/a") == "mine");
  CHECK_FALSE(f.exists("d/c"));

  const CheckoutResult forced =
      f.checkout({.paths = {"d"}, .revision = {}, .restore = Clobber::rescue, .lock_files = {}});
  CHECK(forced.total.kept.empty());
  CHECK(forced.total.rescued == std::vector<std::string>{"d/a", "d/note"});
  CHECK(mlops::test::read_file(fs::path(forced.total.rescue_directory) / "d/note") == "mine too");
  CHECK(mlops::test::read_file(fs::path(forced.total.rescue_directory) / "d/a") == "mine");
  CHECK(f.state_of("d") == DataState::unchanged);
}

TEST_CASE("parts of a data set, and data sets below a directory") {
  Fixture f;
  f.repo.write("data/one/x/a", "a");
  f.repo.write("data/one/y", "y");
  f.repo.write("data/two", "2");
  f.add({"data/one", "data/two"});
  fs::remove_all(f / "data/one");
  fs::remove(f / "data/two");
  CHECK(f.checkout({.paths = {"data/one/x"}, .revision = {}, .restore = {}, .lock_files = {}})
            .total.written_files == 1);
  CHECK(f.exists("data/one/x/a"));
  CHECK_FALSE(f.exists("data/one/y"));
  CHECK(f.checkout({.paths = {"data"}, .revision = {}, .restore = {}, .lock_files = {}})
            .total.written_files == 1);
  CHECK(f.exists("data/two"));
  CHECK_FALSE(f.exists("data/one/y"));
  CHECK_THAT(full_text(error_of([&] {
               f.checkout({.paths = {"nope"}, .revision = {}, .restore = {}, .lock_files = {}});
             })),
             Contains("is no data set"));
  const auto files = list_data(f.space(), "data/one", std::nullopt);
  REQUIRE(files.size() == 2);
  CHECK(files[0].path == "data/one/x/a");
  CHECK(files[1].path == "data/one/y");
}

}  // namespace
}  // namespace mlops::workspace::test
