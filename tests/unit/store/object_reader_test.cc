#include "store/object_reader.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "codec/crc32c.h"
#include "codec/sha256.h"
#include "store/layout.h"
#include "store/pack_builder.h"
#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

namespace {

/// A sound pack, by all its checksums, that calls `content` by another object's id.
void write_lying_pack(const fs::path& store, const ObjectId& id, const Bytes& content) {
  PackBuilder builder;
  const auto length = static_cast<std::uint32_t>(content.size());
  builder.append(encode_block({{{ObjectType::chunk, length, id}, codec::crc32c(content)}},
                              content,
                              PlacementHint::Compress::no));
  const FinishedPack pack = std::move(builder).finish();
  write_bytes(Layout{store}.pack(codec::sha256(pack.bytes)), pack.bytes);
}

}  // namespace

TEST_CASE("bytes under an id that is not theirs are never handed out", "[case-27]") {
  const ::mlops::test::TempDir dir;
  const fs::path path = dir.path() / "store";
  Store::open(path);
  const Bytes right = bytes_of("right");
  const ObjectId id = compute_id(ObjectType::chunk, right);
  write_lying_pack(path, id, bytes_of("wrong"));
  const auto store = Store::open(path);
  store->begin_write();  // takes the pack into an index
  REQUIRE(store->contains(id));
  try {
    store->read(ObjectType::chunk, id);
    FAIL("was handed out");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::corrupt);
    CHECK_THAT(error.message(), Catch::Contains("does not match its id"));
  }
  NoProgress progress;
  CHECK_FALSE(store->fsck(progress, CancelToken()).is_clean());
}
