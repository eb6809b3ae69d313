#include "store/pack_format.h"

#include <cstring>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "codec/bytes.h"
#include "codec/crc32c.h"
#include "codec/sha256.h"
#include "store/fsck.h"
#include "store/pack_builder.h"
#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

namespace {

PendingMember member_of(std::span<const std::uint8_t> content) {
  return {{ObjectType::chunk,
           static_cast<std::uint32_t>(content.size()),
           compute_id(ObjectType::chunk, content)},
          codec::crc32c(content)};
}

/// A compressed block of two objects and a raw one of one.
Bytes small_pack() {
  PackBuilder builder;
  const Bytes one = table_text(300, 1);
  const Bytes two = table_text(200, 2);
  Bytes both = one;
  both.insert(both.end(), two.begin(), two.end());
  builder.append(
      encode_block({member_of(one), member_of(two)}, both, PlacementHint::Compress::automatic));
  const Bytes raw = noise(40, 3);
  builder.append(encode_block({member_of(raw)}, raw, PlacementHint::Compress::no));
  return std::move(builder).finish().bytes;
}

std::size_t count_sound(const CheckedPack& pack) {
  std::size_t count = 0;
  for (const CheckedObject& object : pack.objects) {
    count += object.problem.empty() ? 1U : 0U;
  }
  return count;
}

void put_u32(Bytes& bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[at + i] = static_cast<std::uint8_t>(value >> 8U * i);
  }
}

/// Makes tail and table of contents consistent again, as an attacker would.
void seal(Bytes& pack, std::size_t toc_offset) {
  const std::size_t toc_length = pack.size() - kPackTailBytes - toc_offset;
  const std::size_t tail = pack.size() - kPackTailBytes;
  put_u32(pack, tail, static_cast<std::uint32_t>(toc_offset));
  put_u32(pack, tail + 8, static_cast<std::uint32_t>(toc_length));
  put_u32(pack, tail + 12, codec::crc32c(std::span(pack).subspan(toc_offset, toc_length)));
  put_u32(pack, tail + 16, codec::crc32c(std::span(pack).subspan(tail, 16)));
}

std::size_t toc_offset_of(const Bytes& pack) {
  std::uint64_t offset = 0;
  std::memcpy(&offset, pack.data() + pack.size() - kPackTailBytes, sizeof offset);
  return offset;
}

constexpr std::size_t kBlocksInToc = 4 + 64 + 4;  // sections, one section, count

}  // namespace

TEST_CASE("a sound pack has no problem") {
  const Bytes pack = small_pack();
  const CheckedPack checked = check_pack(pack, codec::sha256(pack));
  CHECK(checked.is_sound());
  CHECK(count_sound(checked) == 3);
  CHECK(scan_blocks(pack, "pack").size() == 2);
}

TEST_CASE("every flipped bit of a pack is found, and no wrong object is sound", "[case-27]") {
  const Bytes pack = small_pack();
  const PackName name = codec::sha256(pack);
  for (std::size_t bit = 0; bit < pack.size() * 8; ++bit) {
    Bytes flipped = pack;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << bit % 8));
    CAPTURE(bit);
    const CheckedPack checked = check_pack(flipped, name);
    REQUIRE_FALSE(checked.is_sound());
    REQUIRE(count_sound(checked) <= 3);
    // A block that the flip did not touch is still found.
    REQUIRE(count_sound(checked) >= 1);
  }
}

TEST_CASE("a pack cut at any byte or with bytes added is named", "[case-26]") {
  const Bytes pack = small_pack();
  const PackName name = codec::sha256(pack);
  for (std::size_t size = 0; size < pack.size(); ++size) {
    CAPTURE(size);
    const CheckedPack checked = check_pack(std::span(pack).first(size), name);
    REQUIRE_FALSE(checked.is_sound());
    REQUIRE_THROWS_AS(parse_pack(std::span(pack).first(size), "pack"), Error);
  }
  Bytes longer = pack;
  longer.push_back(0);
  CHECK_THROWS_AS(parse_pack(longer, "pack"), Error);
  CHECK_FALSE(check_pack(longer, name).is_sound());
}

TEST_CASE("a pack made of beginnings of blocks is not searched for ever", "[case-28]") {
  const Bytes block = [] {
    const Bytes pack = small_pack();
    const BlockView view = parse_pack(pack, "pack").front();
    const auto begin = pack.begin() + static_cast<std::ptrdiff_t>(view.offset);
    return Bytes(begin, begin + static_cast<std::ptrdiff_t>(view.head.total_bytes()));
  }();
  const auto with_false_beginnings = [&](std::size_t count) {
    Bytes bytes;
    for (std::size_t i = 0; i < count; ++i) {
      bytes.insert(bytes.end(), block.begin(), block.begin() + 4);
    }
    bytes.insert(bytes.end(), block.begin(), block.end());
    return bytes;
  };
  CHECK(scan_blocks(with_false_beginnings(65'535), "pack").size() == 1);
  CHECK(scan_blocks(with_false_beginnings(65'536), "pack").empty());
}

TEST_CASE("a pack under another name is named", "[case-34]") {
  const Bytes pack = small_pack();
  const CheckedPack checked = check_pack(pack, codec::sha256(bytes_of("other")));
  REQUIRE(checked.damaged.size() == 1);
  CHECK(checked.damaged[0].problem == "content does not match the name");
  CHECK(count_sound(checked) == 3);
}

TEST_CASE("a table of contents that lies is refused", "[case-28]") {
  const Bytes pack = small_pack();
  const std::size_t toc = toc_offset_of(pack);
  const std::size_t count = toc + kBlocksInToc - 4;
  const std::size_t first = toc + kBlocksInToc;
  const std::size_t second = first + 16;
  struct Lie {
    const char* what;
    std::size_t at;
    std::uint32_t value;
  };
  const std::uint32_t first_length =
      static_cast<std::uint32_t>(scan_blocks(pack, "p")[0].head.total_bytes());
  for (const Lie& lie : {Lie{"count 2^32-1", count, UINT32_MAX},
                         Lie{"count too small", count, 1},
                         Lie{"sections 2^32-1", toc, UINT32_MAX},
                         Lie{"no section", toc, 0},
                         Lie{"overlap", second, 64},
                         Lie{"gap", second, 64 + first_length + 1},
                         Lie{"offset beyond the end", second, UINT32_MAX},
                         Lie{"offset overflow", second + 4, UINT32_MAX},
                         Lie{"length beyond the end", second + 8, UINT32_MAX},
                         Lie{"length shorter", first + 8, first_length - 1},
                         Lie{"members", first + 12, 3}}) {
    CAPTURE(lie.what);
    Bytes forged = pack;
    put_u32(forged, lie.at, lie.value);
    seal(forged, toc);
    CHECK_THROWS_AS(parse_pack(forged, "pack"), Error);
  }
  Bytes intact = pack;
  seal(intact, toc);
  CHECK(parse_pack(intact, "pack").size() == 2);
}

TEST_CASE("a table of contents that names one block twice and another never is refused",
          "[case-28]") {
  PackBuilder builder;
  for (const std::uint64_t seed : {1U, 2U}) {
    const Bytes content = noise(100, seed);
    builder.append(encode_block({member_of(content)}, content, PlacementHint::Compress::no));
  }
  Bytes forged = std::move(builder).finish().bytes;
  const std::size_t toc = toc_offset_of(forged);
  REQUIRE(parse_pack(forged, "pack").size() == 2);
  put_u32(forged, toc + kBlocksInToc + 16, kPackHeaderBytes);
  seal(forged, toc);
  CHECK_THROWS_AS(parse_pack(forged, "pack"), Error);
}

TEST_CASE("a block head that lies is refused before anything is allocated", "[case-28]") {
  const Bytes pack = small_pack();
  for (const std::size_t field : {8U, 12U, 16U}) {
    for (const std::uint32_t value : {0U, 1U << 31U, UINT32_MAX}) {
      CAPTURE(field, value);
      Bytes forged = pack;
      put_u32(forged, kPackHeaderBytes + field, value);
      CHECK_THROWS_AS(view_block(forged, kPackHeaderBytes, "pack"), Error);
    }
  }
  CHECK_THROWS_AS(view_block(pack, pack.size() - 3, "pack"), Error);
  CHECK_THROWS_AS(view_block(pack, UINT64_MAX - 3, "pack"), Error);
}

TEST_CASE("a block head may claim as many members as a block may hold", "[case-28][case-35]") {
  const auto head_of = [](std::size_t members) {
    return encode_block_front({}, std::vector<Member>(members));
  };
  CHECK_NOTHROW(decode_block_head(head_of(kMaxBlockMembers), "block"));
  CHECK_THROWS_AS(decode_block_head(head_of(kMaxBlockMembers + 1), "block"), Error);
}

TEST_CASE("an object whose content is another is not sound", "[case-30]") {
  PackBuilder builder;
  const Bytes content = noise(100, 1);
  PendingMember member = member_of(content);
  member.member.id = compute_id(ObjectType::node, content);
  builder.append(encode_block({member}, content, PlacementHint::Compress::no));
  const Bytes pack = std::move(builder).finish().bytes;
  const CheckedPack checked = check_pack(pack, codec::sha256(pack));
  CHECK(checked.damaged.empty());
  REQUIRE(checked.objects.size() == 1);
  CHECK(checked.objects[0].problem == "content does not match its id");
}

TEST_CASE("a flag or version of the future is refused by its number", "[case-36]") {
  const Bytes pack = small_pack();
  struct Future {
    std::size_t at;
    std::uint8_t value;
    const char* says;
  };
  for (const Future& future : {Future{12, 0x20, "feature 5"}, Future{10, 9, "version 9"}}) {
    Bytes newer = pack;
    newer[future.at] = future.value;
    put_u32(newer, 60, codec::crc32c(std::span(newer).first(60)));
    try {
      check_pack_header(newer, "pack");
      FAIL("was not refused");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::config);
      CHECK_THAT(error.message(), Catch::Contains(future.says));
    }
  }
  Bytes known = pack;
  known[16] = 1;  // only a writer must know it
  put_u32(known, 60, codec::crc32c(std::span(known).first(60)));
  CHECK_NOTHROW(check_pack_header(known, "pack"));
}

TEST_CASE("stored bytes that are no sound frame are refused", "[case-29]") {
  const Bytes content = table_text(2000, 1);
  const EncodedBlock block =
      encode_block({member_of(content)}, content, PlacementHint::Compress::automatic);
  REQUIRE_FALSE(block.compressed.empty());
  BlockHead head = decode_block_head(block.front, "block");
  Bytes out(content.size());
  CHECK_NOTHROW(decode_stored(head, block.compressed, out, "block"));
  CHECK(out == content);
  const auto refuse = [&](Bytes stored) {
    head.stored_length = static_cast<std::uint32_t>(stored.size());
    head.stored_crc = codec::crc32c(stored);
    CHECK_THROWS_AS(decode_stored(head, stored, out, "block"), Error);
  };
  Bytes trailing = block.compressed;
  trailing.push_back(0);
  refuse(trailing);
  Bytes twice = block.compressed;
  twice.insert(twice.end(), block.compressed.begin(), block.compressed.end());
  refuse(twice);
  refuse({});
  refuse(noise(100, 1));
  refuse({0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4});
}

TEST_CASE("as many empty chunks as a block may hold", "[case-35]") {
  std::vector<PendingMember> members(kMaxBlockMembers, member_of({}));
  PackBuilder builder;
  builder.append(encode_block(std::move(members), {}, PlacementHint::Compress::automatic));
  const FinishedPack pack = std::move(builder).finish();
  CHECK(pack.objects.size() == kMaxBlockMembers);
  CHECK(parse_pack(pack.bytes, "pack").front().members.size() == kMaxBlockMembers);
}
