#include <cstddef>
#include <cstdint>
#include <vector>

#include "codec/crc32c.h"
#include "codec/sha256.h"
#include "fuzz/harness.h"
#include "store/index_segment.h"

namespace {

using namespace mlops;
using namespace mlops::store;

/// The same segment with its sums and its digest made right.
std::vector<std::uint8_t> with_sums(std::span<const std::uint8_t> data) {
  constexpr std::size_t kHead = 32;
  constexpr std::size_t kFanout = 1024;
  constexpr std::size_t kRecord = 48;
  constexpr std::size_t kGroup = 64;
  constexpr std::size_t kDigest = 32;
  std::vector<std::uint8_t> segment(data.begin(), data.end());
  const std::span<std::uint8_t> bytes(segment);
  if (segment.size() < kHead + kFanout + 4 + kDigest) {
    return segment;
  }
  const std::size_t end = segment.size() - kDigest;
  const std::size_t front = kHead + 40 * std::size_t{fuzz::get_u32(bytes, 16)} + kFanout;
  const std::size_t records = fuzz::get_u32(bytes, 20);
  const std::size_t groups = (records + kGroup - 1) / kGroup;
  if (front + 4 + records * kRecord + groups * 4 <= end) {
    fuzz::put_u32(bytes, front, codec::crc32c(bytes.first(front)));
    for (std::size_t i = 0; i < groups; ++i) {
      const std::size_t count = std::min(kGroup, records - i * kGroup);
      fuzz::put_u32(
          bytes,
          front + 4 + records * kRecord + i * 4,
          codec::crc32c(bytes.subspan(front + 4 + i * kGroup * kRecord, count * kRecord)));
    }
  }
  const auto digest = codec::sha256(bytes.first(end));
  std::copy(digest.begin(), digest.end(), segment.end() - kDigest);
  return segment;
}

/// Every record that is found belongs to the id and to a pack of the table; what is written of the
/// same records is intact.
void check(std::vector<std::uint8_t> bytes) {
  const auto segment = IndexSegment::from_bytes(std::move(bytes), "fuzz");
  std::vector<IndexRecord> all;
  for (std::size_t at = 0; at < segment->record_count(); ++at) {
    const ObjectId id = segment->record(at).object.id;
    std::vector<IndexRecord> found;
    segment->find(id, found);
    for (const IndexRecord& record : found) {
      fuzz::require(record.object.id == id && record.pack < segment->packs().size());
    }
    fuzz::require(found.empty() != segment->any_of(id, [](std::uint32_t) { return true; }));
    all.push_back(segment->record(at));
  }
  segment->is_intact();
  const auto again = IndexSegment::from_bytes(encode_segment(segment->packs(), all), "again");
  fuzz::require(again->is_intact() && again->record_count() == all.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::expect_only({ErrorKind::corrupt}, [&] { check({data, data + size}); });
  fuzz::expect_only({ErrorKind::corrupt}, [&] { check(with_sums({data, size})); });
  return 0;
}
