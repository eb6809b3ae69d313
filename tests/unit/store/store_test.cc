#include "store/store.h"

#include <cstring>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/hex.h"
#include "codec/sha256.h"
#include "store/index_segment.h"
#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

namespace {

template <typename Body>
Error error_of(Body body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error was thrown");
  return Error(ErrorKind::internal, "");
}

std::size_t count_packs(const fs::path& store) {
  return files_below(store / "packs").size();
}

void remove_indexes(const fs::path& store) {
  for (const fs::path& file : files_below(store / "index")) {
    fs::remove(file);
  }
}

/// Ten thousand segments instead of one: each places one object, in a pack that is there, and names
/// another that is not.
void scatter_index(const fs::path& store, std::size_t segments) {
  const auto whole = IndexSegment::from_file(files_below(store / "index").at(0));
  remove_indexes(store);
  for (std::size_t i = 0; i < segments; ++i) {
    PackInfo absent;
    std::memcpy(absent.name.data(), &i, sizeof i);
    const std::vector<PackInfo> packs{whole->packs().at(0), absent};
    const Bytes bytes = encode_segment(packs, {whole->record(i % whole->record_count())});
    write_bytes(store / "index" / to_hex(codec::sha256(bytes)), bytes);
  }
}

}  // namespace

TEST_CASE("what is committed can be read by another process") {
  const ::mlops::test::TempDir dir;
  Sample sample;
  {
    const auto store = Store::open(dir.path() / "store");
    sample = write_sample(*store);
    check_sample(*store, sample);
  }
  const auto store = Store::open(dir.path() / "store");
  check_sample(*store, sample);
  CHECK(store->list_roots() == std::vector<ObjectId>{sample.root});
  CHECK(store->find_root_of(sample.top) == sample.root);
  CHECK(store->contains(sample.top.id));
}

TEST_CASE("the same content gives the same root and writes no pack") {
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path() / "store");
  const Sample first = write_sample(*store);
  const std::size_t packs = count_packs(dir.path() / "store");
  const Sample second = write_sample(*store);
  CHECK(second.root == first.root);
  CHECK(count_packs(dir.path() / "store") == packs);
}

TEST_CASE("two stores give one content two roots") {
  const ::mlops::test::TempDir dir;
  const auto one = Store::open(dir.path() / "one");
  const auto two = Store::open(dir.path() / "two");
  const Sample first = write_sample(*one);
  const Sample second = write_sample(*two);
  CHECK(first.top.id == second.top.id);
  CHECK(first.root != second.root);
}

TEST_CASE("counts tell new from reused") {
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path() / "store");
  auto writer = store->begin_write();
  const Bytes text = table_text(20'000, 3);
  const PlacementHint hint{"data", ""};
  writer->put(ObjectType::chunk, text, hint);
  writer->put(ObjectType::chunk, text, hint);
  Entry top;
  top.id = writer->put(ObjectType::chunk, text, hint);
  top.size = text.size();
  writer->commit(top);
  const WriteCounts counts = writer->counts();
  CHECK(counts.new_objects == 1);
  CHECK(counts.new_bytes == text.size());
  CHECK(counts.reused_objects == 2);
  CHECK(counts.reused_bytes == 2 * text.size());
  CHECK(counts.stored_bytes < text.size() / 2);
}

TEST_CASE("files of every size around the limits come back") {
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path() / "store");
  auto writer = store->begin_write();
  auto hasher = make_hash_only_writer();
  const PlacementHint hint{"data", ""};
  for (const std::size_t size : {0U,
                                 1U,
                                 511U,
                                 512U,
                                 16383U,
                                 16384U,
                                 16385U,
                                 32767U,
                                 32768U,
                                 65535U,
                                 65536U,
                                 262143U,
                                 262144U,
                                 262145U,
                                 524288U,
                                 2097152U,
                                 2097153U,
                                 3000000U}) {
    CAPTURE(size);
    const Bytes content = noise(size, size);
    const Entry entry = writer->put_file(source_of(content), hint);
    CHECK(entry.size == size);
    CHECK(hasher->put_file(source_of(content), hint).id == entry.id);
    writer->commit(entry);
    CHECK(read_all(*store, entry) == content);
    if (size <= 16384) {
      CHECK(entry.id == compute_id(ObjectType::chunk, content));
    }
  }
}

TEST_CASE("an edit in a large file stores little") {
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path() / "store");
  Bytes content = noise(4U << 20U, 5);
  const PlacementHint hint{"data", ""};
  auto writer = store->begin_write();
  writer->commit(writer->put_file(source_of(content), hint));
  content.insert(content.begin() + 2'000'000, {1, 2, 3});
  auto second = store->begin_write();
  second->commit(second->put_file(source_of(content), hint));
  CHECK(second->counts().new_bytes < 700'000);
}

TEST_CASE("a file of many chunks and a directory of many entries are split and joined") {
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path() / "store");
  auto writer = store->begin_write();
  const PlacementHint hint{"data", ""};
  Node node;
  for (int i = 0; i < 10'000; ++i) {
    Entry entry;
    entry.name = "file-" + std::to_string(100'000 + i);
    entry.size = 1;
    entry.id = writer->put(ObjectType::chunk, bytes_of("x"), hint);
    node.entries.push_back(entry);
  }
  Entry top;
  top.kind = EntryKind::directory;
  top.size = 10'000;
  top.files = 10'000;
  top.id = writer->put_node(node, hint);
  writer->commit(top);
  CHECK(store->read_node(top.id).entries == node.entries);
  const std::uint64_t before = writer->counts().new_bytes;
  node.entries[5000].kind = EntryKind::executable;
  const ObjectId changed = writer->put_node(node, hint);
  CHECK(changed != top.id);
  CHECK(writer->counts().new_bytes - before < 300'000);
  NoProgress progress;
  CHECK(store->fsck(progress, CancelToken()).is_clean());
}

TEST_CASE("a directory of a million entries comes back as it was", "[case-16]") {
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path() / "store");
  auto writer = store->begin_write();
  constexpr std::size_t kEntries = 1'000'000;
  Entry entry = writer->put_file(source_of(bytes_of("x")), {"data", ""});
  Node node;
  node.entries.reserve(kEntries);
  for (std::size_t i = 0; i < kEntries; ++i) {
    entry.name = std::to_string(kEntries + i);
    node.entries.push_back(entry);
  }
  Entry top;
  top.kind = EntryKind::directory;
  top.size = kEntries;
  top.files = kEntries;
  top.id = writer->put_node(node, {"data", ""});
  writer->commit(top);
  CHECK((store->read_node(top.id).entries == node.entries));
}

TEST_CASE("threads write and deduplicate together") {
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path() / "store");
  auto writer = store->begin_write();
  constexpr std::uint64_t kFiles = 40;
  std::vector<std::vector<Entry>> entries(4);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < entries.size(); ++t) {
    threads.emplace_back([&, t] {
      for (std::uint64_t i = 0; i < kFiles; ++i) {
        const Bytes content = i % 2 == 0 ? noise(1500 * i, i) : table_text(2000 * i, i);
        entries[t].push_back(named(writer->put_file(source_of(content), {"data", "d"}),
                                   "f" + std::to_string(100 + i)));
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  const Entry top = directory_of(*writer, entries[0]);
  writer->commit(top);
  for (const auto& list : entries) {
    CHECK(list == entries[0]);
  }
  for (std::uint64_t i = 0; i < kFiles; ++i) {
    const Bytes content = i % 2 == 0 ? noise(1500 * i, i) : table_text(2000 * i, i);
    CHECK(read_all(*store, entries[1][i]) == content);
  }
}

TEST_CASE("processes write the same data at the same time", "[case-61]") {
  const ::mlops::test::TempDir dir;
  const fs::path path = dir.path() / "store";
  std::vector<pid_t> children;
  for (int i = 0; i < 3; ++i) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      const auto store = Store::open(path);
      write_sample(*store);
      _exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  const auto store = Store::open(path);
  const Sample sample = write_sample(*store);
  for (const ObjectId& root : store->list_roots()) {
    CHECK(store->load_root(root).top == sample.top);
  }
  check_sample(*store, sample);
  NoProgress progress;
  CHECK(store->fsck(progress, CancelToken()).is_clean());
}

TEST_CASE("a reader finds what another process has written since") {
  const ::mlops::test::TempDir dir;
  const auto reader = Store::open(dir.path() / "store");
  write_sample(*reader, 7);
  const auto writer = Store::open(dir.path() / "store");
  const Sample sample = write_sample(*writer);
  check_sample(*reader, sample);
}

TEST_CASE("without any index everything is read, and the next write restores it", "[case-33]") {
  const ::mlops::test::TempDir dir;
  const fs::path path = dir.path() / "store";
  const Sample sample = write_sample(*Store::open(path));
  remove_indexes(path);
  check_sample(*Store::open(path), sample);
  CHECK(files_below(path / "index").empty());
  const auto store = Store::open(path);
  CHECK(write_sample(*store).root == sample.root);
  CHECK(count_packs(path) == 1);
  CHECK(files_below(path / "index").size() == 1);
}

TEST_CASE("ten thousand index segments are read, relied upon and made one", "[case-35]") {
  const ::mlops::test::TempDir dir;
  const fs::path path = dir.path() / "store";
  const Sample sample = write_sample(*Store::open(path));
  scatter_index(path, 10'000);
  const auto store = Store::open(path);
  check_sample(*store, sample);
  CHECK(write_sample(*store).root == sample.root);
  CHECK(count_packs(path) == 1);
  GcRequest request;
  request.find_live = [&] { return std::vector{sample.root}; };
  request.cache = {std::chrono::hours(24), 1ULL << 30U};
  request.mode = GcMode::remove;
  NoProgress progress;
  store->gc(request, progress, CancelToken());
  CHECK(files_below(path / "index").size() == 1);
  check_sample(*Store::open(path), sample);
}

TEST_CASE("an index of other packs is no reason to skip a write", "[case-33]") {
  const ::mlops::test::TempDir dir;
  const Sample sample = write_sample(*Store::open(dir.path() / "one"));
  const auto two = Store::open(dir.path() / "two");
  for (const fs::path& file : files_below(dir.path() / "one" / "index")) {
    fs::copy_file(file, dir.path() / "two" / "index" / file.filename());
  }
  const Sample second = write_sample(*two);
  CHECK(second.top == sample.top);
  check_sample(*two, second);
  NoProgress progress;
  const FsckReport report = two->fsck(progress, CancelToken());
  CHECK(report.packs >= 1);
}

TEST_CASE("a second copy is used when one pack is damaged", "[case-30]") {
  const ::mlops::test::TempDir dir;
  const fs::path path = dir.path() / "store";
  const Sample sample = write_sample(*Store::open(path));
  const Sample other = write_sample(*Store::open(dir.path() / "other"));
  const fs::path mine = files_below(path / "packs").front();
  const fs::path copy = files_below(dir.path() / "other" / "packs").front();
  fs::copy_file(copy, path / "packs" / copy.parent_path().filename() / copy.filename());
  Bytes bytes = read_bytes(mine);
  for (std::size_t i = 100; i < bytes.size(); i += 50) {
    bytes[i] ^= 1U;
  }
  write_bytes(mine, bytes);
  const auto store = Store::open(path);
  check_sample(*store, sample);
}

TEST_CASE("a missing object is named", "[case-59]") {
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path() / "store");
  const ObjectId id = compute_id(ObjectType::chunk, bytes_of("never stored"));
  const Error error = error_of([&] { store->read(ObjectType::chunk, id); });
  CHECK(error.kind() == ErrorKind::corrupt);
  CHECK_THAT(error.message(), Catch::Contains(id.hex()));
  CHECK_THAT(error.message(), Catch::Contains("missing"));
}

TEST_CASE("an object is not read as one of another type", "[case-30]") {
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path() / "store");
  const Sample sample = write_sample(*store);
  CHECK(error_of([&] { store->read(ObjectType::chunk, sample.top.id); }).kind() ==
        ErrorKind::corrupt);
  CHECK(error_of([&] { store->read(ObjectType::file, sample.top.id); }).kind() ==
        ErrorKind::corrupt);
}

TEST_CASE("an entry that lies about its size is refused", "[case-31]") {
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path() / "store");
  const Sample sample = write_sample(*store);
  const Node below = store->read_node(store->read_node(sample.top.id).entries[0].id);
  Entry large = below.entries[0];
  for (const std::uint64_t size :
       {std::uint64_t{0}, large.size - 1, large.size + 1, std::uint64_t{1} << 62U}) {
    CAPTURE(size);
    large.size = size;
    CHECK(error_of([&] { read_all(*store, large); }).kind() == ErrorKind::corrupt);
  }
  Entry small = store->read_node(sample.top.id).entries[3];
  for (const std::uint64_t size : {small.size - 1, small.size + 1, std::uint64_t{1} << 40U}) {
    CAPTURE(size);
    small.size = size;
    CHECK(error_of([&] { read_all(*store, small); }).kind() == ErrorKind::corrupt);
  }
}

TEST_CASE("a chunk list that is not of a file of its size is refused", "[case-31]") {
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path() / "store");
  auto writer = store->begin_write();
  const PlacementHint hint{"data", ""};
  const Bytes tiny = noise(10, 1);
  const ObjectId chunk = writer->put(ObjectType::chunk, tiny, hint);
  FileContent bomb;
  bomb.chunks.assign(4000, {chunk, 10});
  Entry file;
  file.size = 40'000;
  file.id = writer->put(ObjectType::file, encode_file(bomb), hint);
  FileContent one;
  one.chunks = {{chunk, 10}};
  Entry single;
  single.size = 10;
  single.id = writer->put(ObjectType::file, encode_file(one), hint);
  writer->commit(file);
  CHECK(error_of([&] { read_all(*store, file); }).kind() == ErrorKind::corrupt);
  CHECK(error_of([&] { read_all(*store, single); }).kind() == ErrorKind::corrupt);
}

TEST_CASE("a root for content that is not stored is refused") {
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path() / "store");
  auto writer = store->begin_write();
  Entry top;
  top.id = compute_id(ObjectType::chunk, bytes_of("elsewhere"));
  CHECK(error_of([&] { writer->commit(top); }).kind() == ErrorKind::internal);
  CHECK(store->list_roots().empty());
}

TEST_CASE("a damaged or foreign map entry gives a new root, not a wrong one") {
  const ::mlops::test::TempDir dir;
  const fs::path path = dir.path() / "store";
  const Sample sample = write_sample(*Store::open(path));
  const fs::path entry = files_below(path / "contents").front();
  for (const std::string& text : {std::string(),
                                  std::string("r1:00\n"),
                                  format_root(compute_id(ObjectType::root, {})) + "\n"}) {
    write_bytes(entry, bytes_of(text));
    const auto store = Store::open(path);
    CHECK_FALSE(store->find_root_of(sample.top));
    check_sample(*store, write_sample(*store));
  }
}
