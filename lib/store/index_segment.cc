#include "store/index_segment.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "codec/bytes.h"
#include "codec/crc32c.h"
#include "codec/sha256.h"

namespace mlops::store {

namespace {

constexpr std::string_view kMagic = "\x89MLINDX\r\n\x1a";
constexpr std::uint16_t kVersion = 1;
constexpr std::size_t kPackBytes = 40;
constexpr std::size_t kFanoutBytes = std::size_t{256} * 4;
constexpr std::size_t kRecordBytes = 48;
constexpr std::size_t kGroupRecords = 64;
constexpr std::size_t kDigestBytes = 32;

std::uint32_t load_u32(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) | static_cast<std::uint32_t>(bytes[at + 1]) << 8U |
         static_cast<std::uint32_t>(bytes[at + 2]) << 16U |
         static_cast<std::uint32_t>(bytes[at + 3]) << 24U;
}

std::size_t group_count(std::size_t records) {
  return (records + kGroupRecords - 1) / kGroupRecords;
}

void put_record(codec::ByteWriter& out, const IndexRecord& record) {
  const PackedObject& object = record.object;
  out.put(object.id.bytes);
  out.u32(record.pack);
  out.u32(object.block_offset);
  out.u32(object.inner_offset);
  out.u32(static_cast<std::uint32_t>(object.type) << 24U | object.length);
}

}  // namespace

std::vector<std::uint8_t> encode_segment(std::span<const PackInfo> packs,
                                         std::vector<IndexRecord> records) {
  std::sort(records.begin(), records.end(), [](const IndexRecord& a, const IndexRecord& b) {
    return std::tie(a.object.id, a.pack, a.object.block_offset, a.object.inner_offset) <
           std::tie(b.object.id, b.pack, b.object.block_offset, b.object.inner_offset);
  });
  codec::ByteWriter out;
  out.put(codec::as_bytes(kMagic));
  out.u16(kVersion);
  out.u32(0);
  out.u32(static_cast<std::uint32_t>(packs.size()));
  out.u64(records.size());
  out.u32(0);
  for (const PackInfo& pack : packs) {
    out.put(pack.name);
    out.u64(pack.size);
  }
  std::array<std::uint32_t, 256> fanout{};
  for (const IndexRecord& record : records) {
    ++fanout[record.object.id.bytes[0]];
  }
  std::uint32_t sum = 0;
  for (const std::uint32_t count : fanout) {
    sum += count;
    out.u32(sum);
  }
  out.u32(codec::crc32c(out.bytes()));
  codec::ByteWriter crcs;
  const std::size_t start = out.size();
  for (std::size_t i = 0; i < records.size(); ++i) {
    put_record(out, records[i]);
    if ((i + 1) % kGroupRecords == 0 || i + 1 == records.size()) {
      const std::size_t group = start + i / kGroupRecords * kGroupRecords * kRecordBytes;
      crcs.u32(codec::crc32c(std::span(out.bytes()).subspan(group)));
    }
  }
  out.put(crcs.bytes());
  out.put(codec::sha256(out.bytes()));
  return out.take();
}

std::unique_ptr<IndexSegment> IndexSegment::from_file(const os::fs::path& path) {
  std::unique_ptr<IndexSegment> segment(new IndexSegment());
  segment->name_ = path.filename().string();
  segment->mapping_.emplace(path);
  segment->parse(segment->mapping_->bytes());
  return segment;
}

std::unique_ptr<IndexSegment> IndexSegment::from_bytes(std::vector<std::uint8_t> bytes,
                                                       std::string name_for_messages) {
  std::unique_ptr<IndexSegment> segment(new IndexSegment());
  segment->name_ = std::move(name_for_messages);
  segment->owned_ = std::move(bytes);
  segment->parse(segment->owned_);
  return segment;
}

void IndexSegment::parse(std::span<const std::uint8_t> bytes) {
  codec::ByteReader reader(bytes, "index " + name_);
  if (codec::as_text(reader.take(kMagic.size())) != kMagic) {
    reader.fail("is not an index");
  }
  if (reader.u16() != kVersion || reader.u32() != 0) {
    reader.fail("unknown version or flags");
  }
  const std::uint32_t packs = reader.u32();
  const std::uint64_t records = reader.u64();
  if (reader.u32() != 0) {
    reader.fail("reserved bytes are not zero");
  }
  if (reader.remaining() / kPackBytes < packs || reader.remaining() / kRecordBytes < records) {
    reader.fail("counts are out of range");
  }
  packs_.reserve(packs);
  for (std::uint32_t i = 0; i < packs; ++i) {
    PackInfo info;
    const auto name = reader.take(info.name.size());
    std::copy(name.begin(), name.end(), info.name.begin());
    info.size = reader.u64();
    packs_.push_back(info);
  }
  fanout_ = reader.take(kFanoutBytes);
  const std::size_t front = reader.offset();
  if (reader.u32() != codec::crc32c(bytes.first(front))) {
    reader.fail("front is damaged");
  }
  record_count_ = static_cast<std::size_t>(records);
  records_ = reader.take(record_count_ * kRecordBytes);
  group_crcs_ = reader.take(group_count(record_count_) * 4);
  known_sound_ = std::make_unique<std::atomic<bool>[]>(group_count(record_count_));
  reader.take(kDigestBytes);
  reader.expect_end();
  std::uint32_t previous = 0;
  for (std::size_t i = 0; i < 256; ++i) {
    const std::uint32_t value = load_u32(fanout_, i * 4);
    if (value < previous) {
      reader.fail("fanout is not sorted");
    }
    previous = value;
  }
  if (previous != records) {
    reader.fail("fanout does not cover the records");
  }
  bytes_ = bytes;
}

IndexRecord IndexSegment::record(std::size_t at) const {
  const auto bytes = records_.subspan(at * kRecordBytes, kRecordBytes);
  IndexRecord record;
  std::copy_n(bytes.begin(), record.object.id.bytes.size(), record.object.id.bytes.begin());
  record.pack = load_u32(bytes, 32);
  record.object.block_offset = load_u32(bytes, 36);
  record.object.inner_offset = load_u32(bytes, 40);
  const std::uint32_t type_and_length = load_u32(bytes, 44);
  record.object.type = static_cast<ObjectType>(type_and_length >> 24U);
  record.object.length = type_and_length & 0xFFFFFFU;
  return record;
}

void IndexSegment::find_places(const ObjectId& id, std::vector<std::size_t>& out) const {
  for (std::size_t at = lower_bound(id); at < record_count_ && id_at(at, id); ++at) {
    if (is_sound(at)) {
      out.push_back(at);
    }
  }
}

void IndexSegment::find(const ObjectId& id, std::vector<IndexRecord>& out) const {
  std::vector<std::size_t> places;
  find_places(id, places);
  for (const std::size_t at : places) {
    out.push_back(record(at));
  }
}

std::size_t IndexSegment::lower_bound(const ObjectId& id) const {
  const std::size_t first = id.bytes[0];
  std::size_t low = first == 0 ? 0 : load_u32(fanout_, (first - 1) * 4);
  std::size_t high = load_u32(fanout_, first * 4);
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (std::memcmp(records_.data() + middle * kRecordBytes, id.bytes.data(), id.bytes.size()) <
        0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

bool IndexSegment::id_at(std::size_t at, const ObjectId& id) const {
  return std::memcmp(records_.data() + at * kRecordBytes, id.bytes.data(), id.bytes.size()) == 0;
}

bool IndexSegment::is_sound(std::size_t at) const {
  return is_sound_group(at / kGroupRecords) && record(at).pack < packs_.size();
}

bool IndexSegment::is_sound_group(std::size_t group) const {
  if (known_sound_[group].load(std::memory_order_relaxed)) {
    return true;
  }
  const std::size_t first = group * kGroupRecords;
  const std::size_t count = std::min(kGroupRecords, record_count_ - first);
  const auto bytes = records_.subspan(first * kRecordBytes, count * kRecordBytes);
  const bool is_sound = codec::crc32c(bytes) == load_u32(group_crcs_, group * 4);
  known_sound_[group].store(is_sound, std::memory_order_relaxed);
  return is_sound;
}

bool IndexSegment::is_intact() const {
  const auto digest = codec::sha256(bytes_.first(bytes_.size() - kDigestBytes));
  return std::equal(digest.begin(), digest.end(), bytes_.end() - kDigestBytes);
}

}  // namespace mlops::store
