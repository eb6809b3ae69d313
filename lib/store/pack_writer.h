#pragma once

#include <mutex>

#include "store/block_groups.h"
#include "store/file_place.h"
#include "store/pack_publisher.h"

namespace mlops::store {

/// Objects into packs: small ones share blocks, full packs are published behind the caller. What it
/// is given is new to the store, or shall be there once more. Any thread.
class PackWriter {
 public:
  explicit PackWriter(const Layout& layout) : publisher_(layout) {}

  /// `content` is that of `id`. Error{io} of any pack.
  void add(ObjectType type,
           const ObjectId& id,
           std::span<const std::uint8_t> content,
           const PlacementHint& hint);
  /// Consecutive chunks of a file, which do not compress, as one block that lies in the pack as
  /// they lie in the file: the pack can share its blocks.
  void add_noise(std::span<const ChunkRef> chunks,
                 std::span<const std::uint8_t> content,
                 const FilePlace& place,
                 const PlacementHint& hint);
  /// A block of its own, as it is.
  void append(const EncodedBlock& block);
  /// The same for one that is stored as it is in `place`: it lies in the new pack as there.
  void append_as_in(const FilePlace& place, const EncodedBlock& block);
  /// All packs are durable on return; what the index needs of those since the last call.
  PackPublisher::Published finish();
  std::uint64_t stored_bytes() const;

 private:
  void append_shared(std::vector<SharedBlock> blocks);
  /// Counts, and publishes the pack when it is full. `append_to` adds a block to the builder.
  template <typename Append>
  void append_with(const Append& append_to);

  mutable std::mutex mutex_;  ///< guards what follows up to `stored_bytes_`
  BlockGroups groups_;
  PackBuilder builder_;
  std::uint64_t stored_bytes_ = 0;
  PackPublisher publisher_;
};

}  // namespace mlops::store
