/// Large files that lie in a pack as on the disk: laid out so, given back without a copy, verified.

#include "store/file_copy.h"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "os/file.h"
#include "os/share_blocks.h"
#include "store/layout.h"
#include "store/noise_runs.h"
#include "store/pack_publisher.h"
#include "store/pack_writer.h"
#include "unit/os/call_trace.h"
#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

namespace {

/// A store that has a file of noise as one on a file system with reflinks would.
struct SharingStore {
  ::mlops::test::TempDir dir;
  fs::path path = dir.path() / "store";
  Bytes content = noise(3'000'000, 5);
  std::unique_ptr<Store> store = Store::open(path);
  Entry file = put();

  Entry put() const {
    // The cuts are those of any writer.
    ::mlops::test::TempDir other;
    const auto plain = Store::open(other.path() / "store");
    const auto cutter = plain->begin_write();
    Entry entry = cutter->put_file(source_of(content), {"data", ""});
    cutter->commit(entry);
    const auto chunks = plain->read_file_content(entry).chunks;
    ::mlops::test::write_file(dir.path() / "source", {});
    const auto source = std::make_shared<const os::Fd>(os::open_read(dir.path() / "source"));
    PackWriter writer{Layout{path}};
    for (const NoiseRun& run : find_noise_runs(chunks, [](std::size_t) { return true; })) {
      writer.add_noise(std::span(chunks).subspan(run.first, run.count),
                       std::span(content).subspan(static_cast<std::size_t>(run.offset), run.size),
                       {source, run.offset},
                       {"data", ""});
    }
    writer.finish();
    // The pack is found without an index; only the list of chunks is new.
    const auto session = store->begin_write();
    entry = session->put_file(source_of(content), {"data", ""});
    session->commit(entry);
    CHECK(session->counts().new_objects == 1);
    return entry;
  }
  fs::path pack() const {
    fs::path largest;
    for (const fs::path& candidate : files_below(path / "packs")) {
      if (largest.empty() || fs::file_size(candidate) > fs::file_size(largest)) {
        largest = candidate;
      }
    }
    return largest;
  }
  Bytes write() const {
    os::TempFile to(dir.path());
    std::size_t told = 0;
    Store::open(path)->write_file(
        file, to.fd(), to.path(), [&](std::size_t bytes) { told += bytes; });
    CHECK(told == content.size());
    return read_bytes(to.path());
  }
};

}  // namespace

TEST_CASE("noise lies in a pack as in its file, modulo a block, in packs like others") {
  const SharingStore store;
  const Bytes pack = read_bytes(store.pack());
  std::size_t blocks = 0;
  std::set<ObjectId> ids;
  for (const BlockView& block : parse_pack(pack, "pack")) {
    for (const Member& member : block.members) {
      CHECK(ids.insert(member.id).second);
    }
    if (block.members.size() < 2) {
      continue;  // what fills up, or the list of chunks
    }
    ++blocks;
    CHECK(block.head.codec == BlockCodec::raw);
    CHECK(block.stored.size() <= kMaxNoiseRunBytes);
    const auto at = std::search(
        store.content.begin(), store.content.end(), block.stored.begin(), block.stored.end());
    REQUIRE(at != store.content.end());
    const auto in_pack = static_cast<std::uint64_t>(block.stored.data() - pack.data());
    const auto in_file = static_cast<std::uint64_t>(at - store.content.begin());
    CHECK(in_pack % os::kBlockBytes == in_file % os::kBlockBytes);
  }
  CHECK(blocks >= 3);
  CHECK(pack.size() < store.content.size() + (blocks + 1) * 2 * os::kBlockBytes);
  CHECK(fsck(store.path).is_clean());
  CHECK(read_all(*Store::open(store.path), store.file) == store.content);
}

TEST_CASE("what lies alike is given to the kernel to copy, and is right, also where it refuses") {
  const SharingStore store;
  Bytes written;
  const auto trace = os::CallTrace::of([&] { written = store.write(); });
  CHECK(written == store.content);
  std::vector<std::uint64_t> numbers;
  for (std::size_t i = 0; i < trace.calls().size(); ++i) {
    const std::string& name = trace.calls()[i].name;
    if (name == "ficlonerange" || name == "copy_file_range") {
      numbers.push_back(i + 1);
    }
  }
  REQUIRE_FALSE(numbers.empty());
  for (const std::uint64_t number : {numbers.front(), numbers.back()}) {
    for (const char* refusal : {"EXDEV", "EAGAIN"}) {
      os::fault::arm(std::to_string(number) + ":" + refusal);
      CHECK(store.write() == store.content);
      os::fault::arm("off");
    }
  }
}

TEST_CASE("blocks with wrong bytes are not given on", "[case-27]") {
  const SharingStore store;
  const fs::path pack = store.pack();
  Bytes bytes = read_bytes(pack);
  bytes[bytes.size() / 2] ^= 1U;
  write_bytes(pack, bytes);
  os::TempFile to(store.dir.path());
  try {
    Store::open(store.path)->write_file(store.file, to.fd(), to.path(), [](std::size_t) {});
    FAIL("damage was not seen");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::corrupt);
  }
}

TEST_CASE("a file that lies in packs otherwise is written as always") {
  ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path() / "store");
  const Bytes content = noise(3'000'000, 6);
  const auto writer = store->begin_write();
  const Entry file = writer->put_file(source_of(content), {"data", ""});
  writer->commit(file);
  os::TempFile to(dir.path());
  store->write_file(file, to.fd(), to.path(), [](std::size_t) {});
  CHECK(read_bytes(to.path()) == content);
}
