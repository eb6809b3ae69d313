#include "workspace/data_diff.h"

#include <catch2/catch.hpp>

#include "workspace/data_sets.h"
#include "workspace/lock_file.h"
#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Catch::Matchers::Contains;
using Lines = std::vector<std::string>;

struct Versions : Fixture {
  DataDiff diff(std::optional<std::string> from,
                std::optional<std::string> to = {},
                std::vector<std::string> paths = {}) {
    return diff_data(space(), {std::move(from), std::move(to), std::move(paths)}, progress, cancel);
  }
  static Lines lines(const DataDiff& diff) {
    Lines all;
    for (const DataSetChange& set : diff.data_sets) {
      all.push_back(std::string(to_string(set.change)) + " [" +
                    (set.old_path.empty() ? "" : set.old_path + " ") + set.path + "]");
      for (const FileChange& file : set.files) {
        all.push_back(std::string(to_string(file.change)) + " " + file.path);
      }
    }
    return all;
  }
  void commit(const std::string& tag) {
    repo.commit(tag);
    repo.git({"tag", tag});
    reopen();
  }
};

TEST_CASE("without a commit everything is new") {
  Versions v;
  v.repo.write("data/a", "1");
  v.add({"data"});
  CHECK(Versions::lines(v.diff({})) == Lines{"added [data]"});
  CHECK(v.diff({}).data_sets.at(0).after == DataAmount{1, 1});
}

TEST_CASE("the work tree counts as it lies there, not as its pointer says") {
  Versions v;
  v.repo.write("data/a", "1");
  v.repo.write("data/b", "2");
  v.add({"data"});
  v.commit("v1");
  CHECK(v.diff("v1").data_sets.empty());
  v.repo.write("data/a", "1!");
  v.reopen();
  CHECK(Versions::lines(v.diff("v1")) == Lines{"changed [data]", "changed data/a"});
  // Links are no data unless they were added as such.
  fs::create_symlink("a", v / "data/link");
  v.reopen();
  const DataDiff diff = v.diff("v1");
  CHECK(Versions::lines(diff) == Lines{"changed [data]", "changed data/a"});
  CHECK(diff.data_sets.at(0).before == DataAmount{2, 2});
  CHECK(diff.data_sets.at(0).after == DataAmount{2, 3});
  // What is not checked out is as its pointer says; a deleted pointer is a deleted data set.
  fs::remove_all(v / "data");
  v.reopen();
  CHECK(v.diff("v1").data_sets.empty());
  fs::remove(v / "data.mlops");
  v.reopen();
  CHECK(Versions::lines(v.diff("v1")) == Lines{"removed [data]"});
}

TEST_CASE("what a partial checkout did not bring is not removed") {
  Versions v;
  v.repo.write("data/x/a", "1");
  v.repo.write("data/y/b", "2");
  v.add({"data"});
  v.commit("v1");
  fs::remove_all(v / "data");
  v.reopen();
  v.checkout({.paths = {"data/x"}, .revision = {}, .restore = {}});
  v.reopen();
  CHECK(v.diff("v1").data_sets.empty());
  v.repo.write("data/x/a", "1!");
  v.reopen();
  CHECK(Versions::lines(v.diff("v1")) == Lines{"changed [data]", "changed data/x/a"});
}

TEST_CASE("outs that a lock names are compared like data sets") {
  Versions v;
  const auto run = [&](const std::string& text, const std::string& tag) {
    v.repo.write("out/p.csv", text);
    v.repo.write(".gitignore", "/out\n");
    const auto writer = v.space().store().begin_write();
    const Snapshot out = store_path(v.space(), *writer, "out", {}, v.progress, v.cancel);
    const LockedOut locked{"out", writer->commit(out.top), 1, text.size()};
    Lock lock;
    lock.instances.push_back({.stage = "s",
                              .matrix = {},
                              .cmd = {"true"},
                              .shell = false,
                              .params = {},
                              .environment = "process:0",
                              .grade = "weak",
                              .deps = {},
                              .outs = {locked}});
    v.repo.write("pipeline.lock", format_lock(lock));
    v.commit(tag);
  };
  run("1", "v1");
  run("22", "v2");
  CHECK(Versions::lines(v.diff("v1", "v2")) == Lines{"changed [out]", "changed out/p.csv"});
  CHECK(Versions::lines(v.diff("v1")) == Lines{"changed [out]", "changed out/p.csv"});
  CHECK(v.diff("v2").data_sets.empty());
  CHECK(v.diff("v1", "v2", {"out/p.csv"}).data_sets.size() == 1);
}

TEST_CASE("equal content under another root is no change") {
  Versions v;
  v.repo.write("data/a", "1");
  v.add({"data"});
  v.commit("v1");
  // Another clone's add of the same bytes: its own salt.
  const Pointer before = *read_pointer(v.space(), "data");
  fs::remove_all(v.space().store_directory() / "contents");
  v.reopen();
  const auto writer = v.space().store().begin_write();
  const Snapshot now = store_path(v.space(), *writer, "data", {}, v.progress, v.cancel);
  Pointer other = before;
  other.root = writer->commit(now.top);
  v.repo.write("data.mlops", format_pointer(other));
  v.commit("v2");
  REQUIRE(other.root != before.root);
  CHECK(v.diff("v1", "v2").data_sets.empty());
  CHECK(v.diff("v1").data_sets.empty());
}

TEST_CASE("a data set that cannot be compared hides no other") {
  Versions v;
  v.repo.write("a/1", "1");
  v.repo.write("b/1", "1");
  v.repo.write("c", "1");
  v.add({"a", "b", "c"});
  v.commit("v1");
  Pointer unknown;
  unknown.kind = store::EntryKind::directory;
  unknown.root.bytes.fill(7);
  v.repo.write("a.mlops", format_pointer(unknown));
  v.repo.write("b.mlops", "schema = 1\nroot = 1\n");
  v.repo.write("c", "2");
  v.reopen();
  v.add({"c"});
  v.commit("v2");
  const DataDiff diff = v.diff("v1", "v2");
  CHECK(Versions::lines(diff) == Lines{"changed [c]", "changed c"});
  REQUIRE(diff.unknown.size() == 2);
  CHECK(diff.unknown.at(0).path == "a");
  CHECK(diff.unknown.at(1).path == "b");
  CHECK(diff.unknown.at(1).before == DataAmount{1, 1});
  REQUIRE(diff.failures.size() >= 2);
  CHECK_THAT(full_text(diff.failures.at(0)), Contains("b.mlops:2"));
  CHECK(diff.failures.back().kind() == ErrorKind::corrupt);
}

TEST_CASE("outs are neither new nor gone where a lock cannot be read") {
  Versions v;
  const auto writer = v.space().store().begin_write();
  v.repo.write("out/p", "1");
  const Snapshot out = store_path(v.space(), *writer, "out", {}, v.progress, v.cancel);
  Lock lock;
  lock.instances.push_back({.stage = "s",
                            .matrix = {},
                            .cmd = {"true"},
                            .shell = false,
                            .params = {},
                            .environment = "process:0",
                            .grade = "weak",
                            .deps = {},
                            .outs = {{"out", writer->commit(out.top), 1, 1}}});
  v.repo.write(".gitignore", "/out\n");
  v.repo.write("pipeline.lock", format_lock(lock));
  v.commit("v1");
  v.repo.write("pipeline.lock", "schema = 1\nnonsense\n");
  v.commit("v2");
  const DataDiff diff = v.diff("v1", "v2");
  CHECK(diff.data_sets.empty());
  CHECK(diff.unknown.size() == 1);
  REQUIRE(diff.failures.size() == 1);
  CHECK_THAT(full_text(diff.failures.at(0)), Contains("pipeline.lock"));
}

TEST_CASE("paths choose, once each, and unknown ones are refused") {
  Versions v;
  v.repo.write("data/x/a", "1");
  v.repo.write("other/o", "1");
  v.add({"data/x", "other"});
  v.commit("v1");
  v.repo.write("data/x/a", "2");
  v.repo.write("other/o", "2");
  v.reopen();
  CHECK(Versions::lines(v.diff("v1", {}, {"data", "data/x", "data/x/a"})) ==
        Lines{"changed [data/x]", "changed data/x/a"});
  CHECK(v.diff("v1", {}, {""}).data_sets.size() == 2);
  CHECK(v.diff("v1", "v1", {"data"}).data_sets.empty());
  CHECK(v.diff("v1", "v1", {"data/x/a"}).data_sets.empty());
  const Error error = error_of([&] { v.diff("v1", {}, {"nowhere"}); });
  CHECK(error.kind() == ErrorKind::not_found);
  CHECK_THAT(error.message(), Contains("'nowhere'"));
  CHECK(error_of([&] { v.diff("v9"); }).kind() == ErrorKind::not_found);
}

}  // namespace
}  // namespace mlops::workspace::test
