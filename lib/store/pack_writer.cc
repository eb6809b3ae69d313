#include "store/pack_writer.h"

#include <optional>
#include <utility>

#include "codec/crc32c.h"

namespace mlops::store {

namespace {

/// Larger objects gain nothing from company: each is a block of its own.
constexpr std::size_t kOwnBlockBytes = 32U << 10U;
/// Less than that shares too little to be worth a place of its own.
constexpr std::size_t kMinNoiseBytes = 64U << 10U;

}  // namespace

void PackWriter::add(ObjectType type,
                     const ObjectId& id,
                     std::span<const std::uint8_t> content,
                     const PlacementHint& hint) {
  const PendingMember member{{type, static_cast<std::uint32_t>(content.size()), id},
                             codec::crc32c(content)};
  if (content.size() >= kOwnBlockBytes) {
    append(encode_block({member}, content, hint.compress));
    return;
  }
  const BlockGroups::Kind kind = BlockGroups::kind_of(type, content, hint);
  std::vector<SharedBlock> full;
  {
    const std::lock_guard lock(mutex_);
    full = groups_.add(kind, member, content, hint);
  }
  append_shared(std::move(full));
}

void PackWriter::append_shared(std::vector<SharedBlock> blocks) {
  for (SharedBlock& block : blocks) {
    append(encode_block(std::move(block.members), block.plain, block.compress));
  }
}

void PackWriter::add_noise(std::span<const ChunkRef> chunks,
                           std::span<const std::uint8_t> content,
                           const FilePlace& place,
                           const PlacementHint& hint) {
  std::vector<PendingMember> members;
  std::size_t at = 0;
  for (const ChunkRef& chunk : chunks) {
    const auto bytes = content.subspan(at, chunk.size);
    if (content.size() < kMinNoiseBytes) {
      add(ObjectType::chunk, chunk.id, bytes, hint);
    } else {
      members.push_back({{ObjectType::chunk, chunk.size, chunk.id}, codec::crc32c(bytes)});
    }
    at += chunk.size;
  }
  if (!members.empty()) {
    const EncodedBlock block =
        encode_block(std::move(members), content, PlacementHint::Compress::no);
    append_as_in(place, block);
  }
}

void PackWriter::append_as_in(const FilePlace& place, const EncodedBlock& block) {
  append_with([&] { builder_.append_as_in(place, block); });
}

void PackWriter::append(const EncodedBlock& block) {
  append_with([&] { builder_.append(block); });
}

template <typename Append>
void PackWriter::append_with(const Append& append_to) {
  std::optional<PackBuilder> full;
  {
    const std::lock_guard lock(mutex_);
    const std::size_t before = builder_.size();
    append_to();
    stored_bytes_ += builder_.size() - before;
    if (builder_.size() >= kTargetPackBytes) {
      full = std::exchange(builder_, publisher_.begin());
    }
  }
  if (full) {
    publisher_.publish(std::move(*full));
  }
}

PackPublisher::Published PackWriter::finish() {
  std::vector<SharedBlock> rest;
  {
    const std::lock_guard lock(mutex_);
    rest = groups_.take_all();
  }
  append_shared(std::move(rest));
  std::optional<PackBuilder> last;
  {
    const std::lock_guard lock(mutex_);
    if (!builder_.is_empty()) {
      last = std::exchange(builder_, publisher_.begin());
    }
  }
  if (last) {
    publisher_.publish(std::move(*last));
  }
  publisher_.wait();
  return publisher_.take_published();
}

std::uint64_t PackWriter::stored_bytes() const {
  const std::lock_guard lock(mutex_);
  return stored_bytes_;
}

}  // namespace mlops::store
