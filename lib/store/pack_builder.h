#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "store/file_place.h"
#include "store/pack_format.h"
#include "store/store.h"

namespace mlops::store {

/// An object on its way into a pack: `source_crc` was taken from the caller's bytes, before any
/// copy or compression, and the finished pack is checked against it.
struct PendingMember {
  Member member;
  std::uint32_t source_crc = 0;
};

/// True when bytes look like noise: their order-0 entropy, estimated on a sample, leaves nothing to
/// gain. Compressed, encrypted and random data do; text, tables and most binary numbers do not.
bool looks_incompressible(std::span<const std::uint8_t> bytes);

/// A block ready to be appended: head, member list, stored bytes.
struct EncodedBlock {
  std::vector<std::uint8_t> front;
  std::vector<std::uint8_t> compressed;  ///< empty: stored as `plain`
  std::span<const std::uint8_t> plain;   ///< the caller's; alive until the block is appended
  std::vector<PendingMember> members;
  std::span<const std::uint8_t> stored() const {
    return compressed.empty() ? plain : std::span<const std::uint8_t>(compressed);
  }
  std::size_t size() const { return front.size() + stored().size(); }
};
/// Compresses with zstd level 1 when that saves at least 3 %.
EncodedBlock encode_block(std::vector<PendingMember> members,
                          std::span<const std::uint8_t> plain,
                          PlacementHint::Compress compress);

/// Bytes of a pack that lie in a file too, at a place that is equal modulo os::kBlockBytes.
struct SharedStretch {
  FilePlace source;
  std::uint64_t offset = 0;  ///< in the pack
  std::uint64_t size = 0;
};

struct FinishedPack {
  std::vector<std::uint8_t> bytes;
  std::vector<PackedObject> objects;
  std::vector<SharedStretch> shared;
};

/// A pack in memory. One thread at a time.
class PackBuilder {
 public:
  /// `memory` is that of a pack that is done: touching new pages costs more than filling old ones.
  explicit PackBuilder(std::vector<std::uint8_t> memory = {});
  void append(const EncodedBlock& block);
  /// The same for a block that is stored as it is in `place`; one that fills up goes before it, so
  /// that both lie in the blocks of a file system alike.
  void append_as_in(const FilePlace& place, const EncodedBlock& block);
  bool is_empty() const { return blocks_.empty(); }
  std::size_t size() const { return bytes_.size(); }
  /// Closes the pack, decodes every object from the finished bytes and compares it with its source.
  /// Error{internal} when one differs: a bug or bad memory, and nothing may be written.
  FinishedPack finish() &&;

 private:
  std::vector<std::uint8_t> bytes_;
  std::vector<BlockEntry> blocks_;
  std::vector<PackedObject> objects_;
  std::vector<std::uint32_t> source_crcs_;
  std::vector<SharedStretch> shared_;
};

}  // namespace mlops::store
