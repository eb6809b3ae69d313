#include "store/pack_writer.h"

#include <optional>
#include <utility>

#include "codec/crc32c.h"

namespace mlops::store {

namespace {

/// Larger objects gain nothing from company: each is a block of its own.
constexpr std::size_t kOwnBlockBytes = 32U << 10U;

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
  std::vector<SharedBlock> full;
  {
    const std::lock_guard lock(mutex_);
    full = groups_.add(member, content, hint);
  }
  append_shared(std::move(full));
}

void PackWriter::append_shared(std::vector<SharedBlock> blocks) {
  for (SharedBlock& block : blocks) {
    append(encode_block(std::move(block.members), block.plain, block.compress));
  }
}

void PackWriter::append(const EncodedBlock& block) {
  std::optional<PackBuilder> full;
  {
    const std::lock_guard lock(mutex_);
    builder_.append(block);
    stored_bytes_ += block.size();
    if (builder_.size() >= kTargetPackBytes) {
      full = std::exchange(builder_, PackBuilder());
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
      last = std::exchange(builder_, PackBuilder());
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
