#include "workspace/revision.h"

#include <catch2/catch.hpp>

#include "codec/bytes.h"
#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Catch::Matchers::Contains;

std::string bytes_of(const Revision& revision, std::string_view path) {
  std::string text;
  revision.read(path, [&](std::span<const std::uint8_t> piece) { text += codec::as_text(piece); });
  return text;
}

/// v1 with a tracked file, a data set and an out of the lock; then everything changed.
struct Versions : Fixture {
  Versions() {
    repo.write("metrics.json", "{}");
    repo.write("data/raw/a.csv", "a");
    repo.write("out/predictions.csv", "id\n");
    add({"data/raw"});
    const auto writer = space().store().begin_write();
    const Snapshot out = store_path(space(), *writer, "out", {}, progress, cancel);
    LockedOut locked{"out", writer->commit(out.top), 1, 3};
    lock.instances.push_back({.stage = "s",
                              .matrix = {},
                              .cmd = {"true"},
                              .shell = false,
                              .params = {},
                              .environment = "process:0",
                              .grade = "weak",
                              .deps = {},
                              .outs = {locked}});
    repo.write("pipeline.lock", format_lock(lock));
    repo.write(".gitignore", "/out\n");
    repo.commit("v1");
    repo.git({"tag", "v1"});
    repo.write("data/raw/a.csv", "A!");
    repo.write("metrics.json", "{2}");
    fs::remove_all(*this / "out");
    reopen();
    add({"data/raw"});
    repo.git({"rm", "-q", "pipeline.lock"});
    repo.commit("v2");
    reopen();
  }
  Lock lock;
};

TEST_CASE("files of a revision are found in git, in data sets and in outs") {
  Versions v;
  const Revision old = Revision::open(v.space(), "v1");
  CHECK(old.name() == "v1");
  CHECK(old.commit().size() == 40);
  CHECK(old.locate("metrics.json").origin == Revision::Origin::git);
  CHECK(bytes_of(old, "metrics.json") == "{}");
  CHECK(old.locate("data/raw/a.csv").origin == Revision::Origin::data_set);
  CHECK(bytes_of(old, "data/raw/a.csv") == "a");
  CHECK(old.locate("data/raw").entry.kind == store::EntryKind::directory);
  CHECK(old.locate("out/predictions.csv").origin == Revision::Origin::pipeline_out);
  CHECK(bytes_of(old, "out/predictions.csv") == "id\n");
  CHECK(old.locate("out/none").origin == Revision::Origin::absent);
  CHECK(old.read_text("metrics.json", 100) == "{}");
  CHECK_FALSE(old.read_text("none", 100));
  CHECK(old.list_roots().size() == 1);
  CHECK(error_of([&] { bytes_of(old, "none"); }).kind() == ErrorKind::not_found);

  const Revision now = Revision::open(v.space(), std::nullopt);
  CHECK(now.commit().empty());
  CHECK(now.locate("data/raw/a.csv").origin == Revision::Origin::work_tree);
  CHECK(bytes_of(now, "data/raw/a.csv") == "A!");
  CHECK(now.locate("out/predictions.csv").origin == Revision::Origin::absent);
  CHECK(now.list_roots() != old.list_roots());
  fs::remove(v / "data/raw/a.csv");
  CHECK(now.locate("data/raw/a.csv").origin == Revision::Origin::data_set);
}

TEST_CASE("checkout of a revision brings its outs back, without moving the lock") {
  Versions v;
  v.checkout({.paths = {}, .revision = "v1", .restore = {}});
  CHECK(v.repo.read("out/predictions.csv") == "id\n");
  CHECK(v.repo.read("data/raw/a.csv") == "a");
  CHECK(v.repo.read("metrics.json") == "{2}");
  CHECK_FALSE(v.exists("pipeline.lock"));
}

TEST_CASE("other locks can be asked for") {
  Versions v;
  v.repo.write("other.lock", format_lock(v.lock));
  const Revision now = Revision::open(v.space(), std::nullopt, {"other.lock"});
  CHECK(now.locate("out/predictions.csv").origin == Revision::Origin::pipeline_out);
}

TEST_CASE("unknown revisions, broken pointers and missing roots say so") {
  Versions v;
  CHECK_THAT(full_text(error_of([&] { Revision::open(v.space(), "nope"); })),
             Contains("unknown revision 'nope'"));
  CHECK(error_of([&] { Revision::open(v.space(), "--upload-pack=x"); }).kind() == ErrorKind::usage);
  fs::remove_all(v / "data/raw");
  v.repo.write("data/raw.mlops", "schema = 1\nroot = 1\n");
  CHECK_THAT(full_text(error_of(
                 [&] { Revision::open(v.space(), std::nullopt).locate("data/raw/a.csv"); })),
             Contains("data/raw.mlops:2"));
  Pointer unknown;
  unknown.kind = store::EntryKind::directory;
  v.repo.write("data/raw.mlops", format_pointer(unknown));
  CHECK(error_of([&] {
          Revision::open(v.space(), std::nullopt).locate("data/raw/a.csv");
        }).kind() == ErrorKind::corrupt);
}

}  // namespace
}  // namespace mlops::workspace::test
