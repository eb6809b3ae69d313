#include "store/index_segment.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "codec/crc32c.h"
#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

namespace {

ObjectId id_of(std::uint32_t number) {
  return compute_id(ObjectType::chunk, bytes_of(std::to_string(number)));
}

Bytes sample_segment(std::uint32_t count) {
  std::vector<IndexRecord> records;
  for (std::uint32_t i = 0; i < count; ++i) {
    records.push_back({{id_of(i), ObjectType::chunk, i * 100, i, i * 3}, i % 2});
  }
  const std::vector<PackInfo> packs = {{PackName{1}, 1000}, {PackName{2}, 2000}};
  return encode_segment(packs, std::move(records));
}

/// Every record of the undamaged segment, or nothing: never another place.
void check_no_wrong_place(const IndexSegment& segment, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    std::vector<IndexRecord> found;
    segment.find(id_of(i), found);
    for (const IndexRecord& record : found) {
      REQUIRE(record.object.block_offset == i * 100);
      REQUIRE(record.object.inner_offset == i);
      REQUIRE(record.object.length == i * 3);
      REQUIRE(record.object.type == ObjectType::chunk);
      REQUIRE(record.pack == i % 2);
    }
  }
}

}  // namespace

TEST_CASE("every id is found at its place, and no other") {
  const auto segment = IndexSegment::from_bytes(sample_segment(1000), "test");
  CHECK(segment->is_intact());
  check_no_wrong_place(*segment, 1000);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    std::vector<IndexRecord> found;
    segment->find(id_of(i), found);
    REQUIRE(found.size() == 1);
  }
  std::vector<IndexRecord> found;
  segment->find(id_of(5000), found);
  CHECK(found.empty());
}

TEST_CASE("an empty segment finds nothing") {
  const auto segment = IndexSegment::from_bytes(sample_segment(0), "test");
  std::vector<IndexRecord> found;
  segment->find(id_of(1), found);
  CHECK(found.empty());
  CHECK(segment->is_intact());
}

TEST_CASE("no flipped bit of an index leads to a wrong place", "[case-27][case-33]") {
  // Every bit of a small segment, one bit of every byte of a segment of two groups.
  for (const auto& [count, step] : {std::pair(4U, 1U), std::pair(70U, 9U)}) {
    const Bytes bytes = sample_segment(count);
    for (std::size_t bit = 0; bit < bytes.size() * 8; bit += step) {
      Bytes flipped = bytes;
      flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << bit % 8));
      CAPTURE(count, bit);
      try {
        const auto segment = IndexSegment::from_bytes(std::move(flipped), "test");
        REQUIRE_FALSE(segment->is_intact());
        if (count == 4 || bit % 31 == 0) {  // all records take too long under sanitizers
          check_no_wrong_place(*segment, count);
        }
      } catch (const Error& error) {
        REQUIRE(error.kind() == ErrorKind::corrupt);
      }
    }
  }
}

TEST_CASE("an index cut at any byte is refused", "[case-26]") {
  const Bytes bytes = sample_segment(20);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    REQUIRE_THROWS_AS(
        IndexSegment::from_bytes(Bytes(bytes.begin(), bytes.begin() + static_cast<int>(size)), "t"),
        Error);
  }
}

TEST_CASE("counts of an index are bounded by its size", "[case-28]") {
  const Bytes bytes = sample_segment(3);
  for (const std::size_t at : {16U, 20U, 24U}) {
    Bytes forged = bytes;
    for (std::size_t i = 0; i < 4; ++i) {
      forged[at + i] = 0xFF;
    }
    CHECK_THROWS_AS(IndexSegment::from_bytes(forged, "test"), Error);
  }
}

TEST_CASE("reserved bytes of an index must be zero") {
  constexpr std::size_t kFront = 32 + 2 * 40 + 256 * 4;
  Bytes forged = sample_segment(3);
  forged[28] = 1;
  std::uint32_t crc = codec::crc32c(std::span(forged).first(kFront));
  for (std::size_t i = 0; i < 4; ++i, crc >>= 8U) {
    forged[kFront + i] = static_cast<std::uint8_t>(crc);
  }
  CHECK_THROWS_WITH(IndexSegment::from_bytes(forged, "test"), Catch::Contains("reserved bytes"));
}
