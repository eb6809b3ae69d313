/// The order of writes is the contract (promises P1 and P2): whatever a later step relies on is
/// durable before that step begins.

#include <catch2/catch.hpp>

#include "unit/os/call_trace.h"
#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;
using os::CallTrace;

TEST_CASE("packs are durable before their index, the index before the root") {
  const ::mlops::test::TempDir dir;
  const fs::path path = dir.path() / "store";
  const auto store = Store::open(path);
  const CallTrace trace = CallTrace::of([&] { write_sample(*store); });
  const std::size_t packs = trace.check_all_published((path / "packs/").string());
  const std::size_t index = trace.check_all_published((path / "index/").string(), packs);
  const std::size_t root = trace.check_all_published((path / "roots/").string(), index);
  CHECK(root < trace.calls().size());
}

TEST_CASE("every pack of a large add is durable before the index") {
  const ::mlops::test::TempDir dir;
  const fs::path path = dir.path() / "store";
  const auto store = Store::open(path);
  const CallTrace trace = CallTrace::of([&] {
    const auto writer = store->begin_write();
    writer->commit(put_a_pack(*writer));
  });
  CHECK(trace.renames_to((path / "packs/").string()).size() == 2);
  const std::size_t packs = trace.check_all_published((path / "packs/").string());
  trace.check_all_published((path / "index/").string(), packs);
}

TEST_CASE("a root that is there already is synced before it is handed out") {
  const ::mlops::test::TempDir dir;
  const fs::path path = dir.path() / "store";
  const auto store = Store::open(path);
  const Sample sample = write_sample(*store);
  ObjectId again;
  const CallTrace trace = CallTrace::of([&] { again = write_sample(*store).root; });
  CHECK(again == sample.root);
  CHECK(trace.renames_to((path / "roots/").string()).empty());
  CHECK(trace.find("fsync", path / "roots") < trace.calls().size());
}

TEST_CASE(
    "the root of a part comes after its packs and index, and again when it is there already") {
  const ::mlops::test::TempDir dir;
  const fs::path path = dir.path() / "store";
  const auto store = Store::open(path);
  ObjectId first;
  const auto add_part = [&] {
    const auto writer = store->begin_write();
    Entry absent;
    absent.id.bytes.fill(7);
    absent.size = 100'000;
    const Entry here = writer->put_file(source_of(noise(50'000, 1)), {"data", ""});
    first =
        writer->commit_part(directory_of(*writer, {named(absent, "absent"), named(here, "here")}));
  };
  const CallTrace trace = CallTrace::of(add_part);
  const std::size_t packs = trace.check_all_published((path / "packs/").string());
  const std::size_t index = trace.check_all_published((path / "index/").string(), packs);
  trace.check_all_published((path / "partial/").string(), index);
  CHECK(trace.renames_to((path / "roots/").string()).empty());
  const ObjectId before = first;
  const CallTrace again = CallTrace::of(add_part);
  CHECK(first == before);
  again.check_all_published((path / "partial/").string());
  CHECK(fsck(path).is_clean());
}

TEST_CASE("packs that a dead writer left are synced before an index relies on them") {
  const ::mlops::test::TempDir dir;
  const fs::path path = dir.path() / "store";
  write_sample(*Store::open(path));
  for (const fs::path& file : files_below(path / "index")) {
    fs::remove(file);
  }
  const auto store = Store::open(path);
  const CallTrace trace = CallTrace::of([&] { store->begin_write(); });
  std::size_t synced = 0;
  for (const fs::path& pack : files_below(path / "packs")) {
    synced = std::max(synced, trace.find("fsync", pack.parent_path()));
  }
  trace.check_all_published((path / "index/").string(), synced);
}

TEST_CASE("a new store and the directories above it are durable before the format file says so") {
  const ::mlops::test::TempDir dir;
  const fs::path path = dir.path() / "deep/down/store";
  const CallTrace trace = CallTrace::of([&] { Store::open(path); });
  const auto format = trace.renames_to((path / "format").string());
  REQUIRE(format.size() == 1);
  trace.check_published(format.front());
  std::size_t made = 0;
  for (std::size_t at = 0; at < trace.calls().size(); ++at) {
    const os::fault::Call& call = trace.calls()[at];
    if (call.name == "mkdirat" && call.path.starts_with(dir.path().string() + "/")) {
      CAPTURE(call.path);
      CHECK(trace.find("fsync", fs::path(call.path).parent_path(), at) < format.front());
      ++made;
    }
  }
  CHECK(made > 256);
}
