#include <catch2/catch.hpp>

#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

namespace {

/// Git keeps no empty directories, and a test must not change the sample.
std::unique_ptr<Store> open_copy(const ::mlops::test::TempDir& dir) {
  fs::copy(fs::path(MLOPS_SOURCE_DIR) / "tests/formats/v1/store",
           dir.path() / "store",
           fs::copy_options::recursive);
  return Store::open(dir.path() / "store");
}

/// A directory of 4200 entries, so that nodes are split; all have one content.
Entry wide_directory(Writer& writer) {
  const PlacementHint hint{"data", "wide"};
  std::vector<Entry> entries;
  for (int i = 0; i < 4200; ++i) {
    entries.push_back(
        named(writer.put_file(source_of(bytes_of("same\n")), hint), std::to_string(100'000 + i)));
  }
  return directory_of(writer, std::move(entries), "wide");
}

}  // namespace

TEST_CASE("the store of format 1 is read for ever") {
  const ::mlops::test::TempDir dir;
  const auto store = open_copy(dir);
  const std::vector<ObjectId> roots = store->list_roots();
  REQUIRE(roots.size() == 2);
  for (const ObjectId& id : roots) {
    const Root root = store->load_root(id);
    CHECK(store->find_root_of(root.top) == id);
    if (root.top.kind == EntryKind::file) {
      CHECK(read_all(*store, root.top) == table_text(3000, 3));
      continue;
    }
    CHECK(root.top.files == 4206);
    const Node node = store->read_node(root.top.id);
    REQUIRE(node.entries.size() == 7);
    CHECK(read_all(*store, node.entries[0]).empty());
    CHECK(read_all(*store, node.entries[1]) == table_text(300'000, 1));
    CHECK(node.entries[2].kind == EntryKind::symlink);
    CHECK(read_all(*store, node.entries[2]) == bytes_of("table.csv"));
    CHECK(read_all(*store, node.entries[3]) == noise(1000, 1));
    CHECK(node.entries[4].kind == EntryKind::executable);
    CHECK(read_all(*store, node.entries[5]) == table_text(3000, 2));
    CHECK(store->read_node(node.entries[6].id).entries.size() == 4200);
  }
  CHECK(store->find_result(compute_id(ObjectType::chunk, bytes_of("key"))) == "value\n");
  NoProgress progress;
  const FsckReport report = store->fsck(progress, CancelToken());
  CHECK(report.is_clean());
  CHECK(report.notes.empty());
}

// Run by hand, once for each version of the format: formats_store "[.write]" in an empty directory.
TEST_CASE("write the store of this version", "[.write]") {
  const auto store = Store::open("store");
  auto writer = store->begin_write();
  const PlacementHint hint{"data", ""};
  Entry link;
  link.size = 9;
  link.id = writer->put(ObjectType::chunk, bytes_of("table.csv"), hint);
  Entry top =
      directory_of(*writer,
                   {named(writer->put_file(source_of({}), hint), "empty"),
                    named(writer->put_file(source_of(table_text(300'000, 1)), hint), "large.csv"),
                    named(link, "link", EntryKind::symlink),
                    named(writer->put_file(source_of(noise(1000, 1)), hint), "noise.bin"),
                    named(writer->put_file(source_of(bytes_of("#!/bin/sh\n")), hint),
                          "run.sh",
                          EntryKind::executable),
                    named(writer->put_file(source_of(table_text(3000, 2)), hint), "table.csv"),
                    wide_directory(*writer)});
  writer->commit(top);
  // A second version, and a data set that is one file.
  auto second = store->begin_write();
  second->commit(second->put_file(source_of(table_text(3000, 3)), {"other", ""}));
  store->put_result(compute_id(ObjectType::chunk, bytes_of("key")), "value\n");
}
