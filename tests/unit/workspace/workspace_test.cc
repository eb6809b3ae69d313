#include "workspace/workspace.h"

#include <catch2/catch.hpp>

#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Catch::Matchers::Contains;

TEST_CASE("typed paths become paths of the work tree") {
  Fixture f;
  f.repo.write("a/b/c", "1");
  const Workspace& space = f.reopen(f / "a/b");
  CHECK(space.to_relative("c") == "a/b/c");
  CHECK(space.to_relative("./c/") == "a/b/c");
  CHECK(space.to_relative("../x y") == "a/x y");
  CHECK(space.to_relative("../..").empty());
  CHECK(space.to_relative((f / "z").string()) == "z");
  CHECK(space.to_display("a/b/c") == "c");
  CHECK(space.to_display("a/x") == "../x");
  CHECK(space.to_display("z") == "../../z");
  for (const char* bad : {"../../..",
                          "../../../x",
                          "/",
                          "/etc/passwd",
                          "",
                          "../../.git/hooks/x",
                          "../../.mlops/config.toml",
                          "../../.GIT/x",
                          "x/.git"}) {
    CAPTURE(bad);
    CHECK(error_of([&] { space.to_relative(bad); }).kind() == ErrorKind::usage);
  }
  const fs::path link = f.repo.directory() / "link";
  fs::create_directory_symlink(f.repo.path(), link);
  CHECK(f.reopen(link / "a").to_relative("b") == "a/b");
  CHECK(f.space().to_relative((link / "a/new").string()) == "a/new");
}

TEST_CASE("settings come in layers") {
  Fixture f;
  CHECK(f.space().settings().get_bool("data.stage"));
  f.repo.write(".mlops/config.toml", "schema = 1\n[data]\nstage = false\n");
  CHECK_FALSE(f.reopen().settings().get_bool("data.stage"));
  f.repo.write(".git/mlops/config.toml", "schema = 1\n[data]\nstage = true\n");
  CHECK(f.reopen().settings().get_bool("data.stage"));
  f.repo.write(".mlops/config.toml", "schema = 1\n[store]\npath = \"/elsewhere\"\n");
  CHECK(error_of([&] { f.reopen(); }).kind() == ErrorKind::config);
}

TEST_CASE("a store shared by path is used") {
  Fixture f;
  const fs::path shared = f.repo.directory() / "shared";
  f.repo.write(".git/mlops/config.toml",
               "schema = 1\n[store]\npath = \"" + shared.string() + "\"\n");
  f.repo.write("x", "1");
  f.reopen();
  f.add({"x"});
  CHECK(fs::exists(shared / "packs"));
  CHECK_FALSE(f.exists(".git/mlops/store"));
}

TEST_CASE("a directory outside any repository is refused with git init") {
  const mlops::test::TempDir temp;
  OpenOptions options;
  options.directory = temp.path();
  const Error error = error_of([&] { Workspace::open(options); });
  CHECK(error.kind() == ErrorKind::not_found);
  CHECK(error.hint() == "git init");
}

TEST_CASE("init makes the tracked config once") {
  Fixture f;
  const InitResult first = init(f.space());
  CHECK(first.created == std::vector<std::string>{".mlops/config.toml", ".git/mlops"});
  CHECK(init(f.reopen()).created.empty());
}

TEST_CASE("init writes through no link that a clone brought", "[case-08]") {
  Fixture f;
  const fs::path outside = f.repo.directory() / "outside";
  fs::create_directory(outside);
  SECTION("the directory") {
    fs::create_directory_symlink(outside, f / ".mlops");
  }
  SECTION("the file") {
    fs::create_directory(f / ".mlops");
    fs::create_symlink(outside / "config.toml", f / ".mlops/config.toml");
    CHECK(init(f.space()).created == std::vector<std::string>{".git/mlops"});
  }
  CHECK(fs::is_empty(outside));
  CHECK(error_of([&] { init(f.reopen()); }).kind() == ErrorKind::conflict);
  CHECK(fs::is_empty(outside));
}

TEST_CASE("add and checkout work in every kind of repository") {
  SECTION("SHA-256, no commits") {
    Fixture f({"--object-format=sha256"});
    f.repo.write("d/x", "1");
    f.add({"d"});
    fs::remove_all(f / "d");
    f.reopen();
    CHECK(f.checkout().total.written_files == 1);
    CHECK(f.state_of("d") == DataState::unchanged);
  }
  SECTION("linked work tree: one store, its own stat cache") {
    Fixture f;
    f.repo.write("x", "1");
    f.add({"x"});
    f.repo.commit("v1");
    const fs::path linked = f.repo.directory() / "linked";
    f.repo.git({"worktree", "add", linked.string()});
    const fs::path main_cache = f.space().stat_cache_file();
    Workspace& space = f.reopen(linked);
    CHECK(space.store_directory() == f / ".git/mlops/store");
    CHECK(space.stat_cache_file() != main_cache);
    CHECK(f.checkout().total.written_files == 1);
    CHECK(mlops::test::read_file(linked / "x") == "1");
  }
  SECTION("shallow and sparse") {
    Fixture f;
    f.repo.write("in/x", "1");
    f.repo.write("out/y", "2");
    f.add({"in/x", "out/y"});
    f.repo.commit("v1");
    f.repo.git({"commit", "--allow-empty", "-m", "v2"});
    const fs::path clone = f.repo.directory() / "clone";
    f.repo.git_in(f.repo.directory(),
                  {"clone", "--depth=1", "file://" + f.repo.path().string(), clone.string()});
    f.repo.git_in(clone, {"sparse-checkout", "set", "in"});
    fs::create_directories(clone / ".git/mlops");
    fs::copy(f / ".git/mlops/store", clone / ".git/mlops/store", fs::copy_options::recursive);
    f.reopen(clone);
    CHECK(list_data_sets(f.space()) == std::vector<std::string>{"in/x"});
    CHECK(f.checkout().total.written_files == 1);
    const Error error = error_of(
        [&] { f.checkout({.paths = {}, .revision = "HEAD~1", .restore = {}, .lock_files = {}}); });
    CHECK_THAT(full_text(error), Contains("shallow"));
  }
}

}  // namespace
}  // namespace mlops::workspace::test
