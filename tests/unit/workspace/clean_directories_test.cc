#include "workspace/clean_directories.h"

#include <chrono>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "os/clock.h"
#include "unit/workspace/workspace_fixture.h"
#include "workspace/data_sets.h"
#include "workspace/pointer.h"

namespace mlops::workspace::test {
namespace {

bool any_judge(const store::Entry&) {
  return true;
}

/// A data set `d` with two levels below it, added; `next` is the user's next command.
struct CleanTree {
  Fixture f;

  CleanTree() {
    for (int i = 0; i < 5; ++i) {
      f.repo.write(fmt::format("d/{}", i), fmt::format("file {}", i));
      f.repo.write(fmt::format("d/sub/{}", i), fmt::format("below {}", i));
      f.repo.write(fmt::format("d/sub/deep/{}", i), fmt::format("deep {}", i));
    }
    next();
    f.add({"d"});
    next();
  }

  /// After the last change no longer counts as one of this moment.
  void next() {
    const auto is_fresh = [&](const fs::path& path) {
      return is_racy(os::lstat_file(path).value(), os::wall_time_ns());
    };
    bool waits = true;
    while (waits) {
      waits = is_fresh(f / "d");
      for (const auto& entry : fs::recursive_directory_iterator(f / "d")) {
        waits = waits || is_fresh(entry.path());
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    f.reopen();
  }

  CleanDirectories clean(const CleanDirectories::Judge& judge = any_judge) {
    return CleanDirectories::find(
        f.space().tree(), f.space().stat_cache(), f.space().pool(), "d", judge, f.cancel);
  }
  bool has(std::string_view path) { return clean().find(path) != nullptr; }
  bool has_times() { return f.space().tree().has_directory_times(); }
};

/// What is in the work tree, by a command that knows nothing from before.
store::Entry hash_anew(Fixture& f) {
  const fs::path cache = f.space().stat_cache_file();
  const fs::path aside = cache.string() + ".aside";
  const bool is_there = fs::exists(cache);
  if (is_there) {
    fs::rename(cache, aside);
  }
  f.reopen();
  const store::Entry top =
      hash_path(f.space(), "d", SnapshotOptions::everything(), f.progress, f.cancel).top;
  if (is_there) {
    fs::rename(aside, cache);
  }
  f.reopen();
  return top;
}

store::Entry hash_now(Fixture& f) {
  const store::Entry top =
      hash_path(f.space(), "d", SnapshotOptions::everything(), f.progress, f.cancel).top;
  f.space().save_stat_cache(f.progress);
  return top;
}

}  // namespace

TEST_CASE("directories in which nothing changed are clean, and have what the version has") {
  CleanTree t;
  REQUIRE(t.has_times());
  const CleanDirectories clean = t.clean();
  const auto root = t.f.space().store().load_root(read_pointer(t.f.space(), "d")->root);
  for (const char* path : {"d", "d/sub", "d/sub/deep"}) {
    CAPTURE(path);
    const auto expected =
        find_below(t.f.space().store(), root.top, remainder_of(path, "d")).value();
    REQUIRE(clean.find(path) != nullptr);
    CHECK(clean.find(path)->id == expected.id);
    CHECK(clean.find(path)->files == expected.files);
    CHECK(clean.find(path)->size == expected.size);
  }
  CHECK(clean.find("d/0") == nullptr);
  CHECK(clean.find("") == nullptr);
}

TEST_CASE("whatever changes in a directory, it and those above are not clean") {
  CleanTree t;
  REQUIRE(t.has("d/sub"));
  SECTION("a file, without its time and size") {
    const auto time = fs::last_write_time(t.f / "d/sub/3");
    t.f.repo.write("d/sub/3", "BELOW 3");
    fs::last_write_time(t.f / "d/sub/3", time);
  }
  SECTION("a file is added") {
    t.f.repo.write("d/sub/new", "new");
  }
  SECTION("a file is removed") {
    fs::remove(t.f / "d/sub/3");
  }
  SECTION("a file has another name") {
    fs::rename(t.f / "d/sub/3", t.f / "d/sub/other");
  }
  SECTION("an empty directory is added") {
    fs::create_directory(t.f / "d/sub/empty");
  }
  SECTION("its mode") {
    fs::permissions(t.f / "d/sub/3", fs::perms::owner_exec, fs::perm_options::add);
  }
  SECTION("a link stands for a file") {
    fs::rename(t.f / "d/sub/3", t.f / "aside");
    fs::create_symlink("../../aside", t.f / "d/sub/3");
  }
  SECTION("a link stands for the directory") {
    fs::rename(t.f / "d/sub", t.f / "aside");
    fs::create_symlink("../aside", t.f / "d/sub");
    CHECK_FALSE(t.has("d/sub/deep"));
    CHECK_FALSE(t.has("d"));
    return;
  }
  CHECK_FALSE(t.has("d"));
  CHECK_FALSE(t.has("d/sub"));
  CHECK(t.has("d/sub/deep"));
  CHECK(t.f.state_of("d") == DataState::modified);
}

TEST_CASE("a directory that could change again without a trace is looked at every time") {
  CleanTree t;
  // Whatever comes until then has the same time.
  fs::last_write_time(t.f / "d/sub", fs::file_time_type::clock::now() + std::chrono::hours(1));
  hash_now(t.f);
  t.f.reopen();
  CHECK_FALSE(t.has("d/sub"));
  CHECK_FALSE(t.has("d"));
  CHECK(t.has("d/sub/deep"));
}

TEST_CASE("who uses what is clean has a word in it") {
  CleanTree t;
  const store::Entry deep = *t.clean().find("d/sub/deep");
  const auto but_deep = [&](const store::Entry& entry) { return entry.id != deep.id; };
  CHECK(t.clean(but_deep).find("d/sub/deep") == nullptr);
  CHECK(t.clean(but_deep).find("d") == nullptr);
  const auto but_files = [](const store::Entry& entry) {
    return entry.kind == store::EntryKind::directory;
  };
  CHECK(t.clean(but_files).find("d/sub/deep") == nullptr);
}

TEST_CASE("a clean directory that the store cannot give back is stored again") {
  CleanTree t;
  const fs::path packs = t.f.space().store().directory() / "packs";
  for (const auto& pack : fs::recursive_directory_iterator(packs)) {
    if (pack.is_regular_file()) {
      fs::remove(pack.path());
    }
  }
  fs::remove_all(t.f.space().store().directory() / "index");
  fs::create_directory(t.f.space().store().directory() / "index");
  t.next();
  t.f.add({"d"});
  fs::remove_all(t.f / "d");
  t.f.reopen();
  CHECK(t.f.checkout().total.written_files == 15);
}

TEST_CASE("what status takes and add refuses is not passed over") {
  CleanTree t;
  SECTION("the pointer of another data set") {
    fs::copy(t.f / "d.mlops", t.f / "d/sub/x.mlops");
  }
  SECTION("settings of git's") {
    t.f.repo.write("d/sub/.gitattributes", "* text");
  }
  t.next();
  CHECK(t.f.state_of("d") == DataState::modified);
  t.next();
  CHECK_FALSE(t.has("d/sub"));
  CHECK_THROWS_AS(t.f.add({"d"}), Error);
}

TEST_CASE("new ignore rules reach into directories that are as they were") {
  CleanTree t;
  t.f.repo.write("d/sub/new.tmp", "new");
  t.next();
  CHECK(t.f.state_of("d") == DataState::modified);
  t.next();
  REQUIRE(t.has("d/sub"));
  t.f.repo.write(".mlopsignore", "*.tmp\n");
  CHECK(t.f.state_of("d") == DataState::unchanged);
}

TEST_CASE("whatever users do and however quickly, the cache changes no answer") {
  CleanTree t;
  std::uint64_t state = 1;
  const auto draw = [&](std::uint64_t limit) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (state >> 33U) % limit;
  };
  const std::vector<std::string> directories = {"d", "d/sub", "d/sub/deep", "d/more", "d/more/x"};
  for (int step = 0; step < 150; ++step) {
    const std::string file = fmt::format("{}/{}", directories[draw(directories.size())], draw(6));
    const auto what = draw(6);
    CAPTURE(step, file, what);
    std::error_code ignored;
    switch (what) {
      case 0:
      case 1:
        t.f.repo.write(file, fmt::format("content {}", draw(10)));
        break;
      case 2:
        fs::remove(t.f / file, ignored);
        break;
      case 3:
        fs::rename(t.f / file, t.f / (file + "r"), ignored);
        break;
      case 4:
        fs::remove_all(t.f / "d/more/x", ignored);
        break;
      default:
        t.f.add({"d"});
    }
    t.f.reopen();
    REQUIRE(hash_now(t.f) == hash_anew(t.f));
    if (draw(4) == 0) {
      t.next();
      REQUIRE(hash_now(t.f) == hash_anew(t.f));
    }
  }
}

}  // namespace mlops::workspace::test
