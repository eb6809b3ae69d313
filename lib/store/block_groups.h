#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "store/pack_builder.h"
#include "store/store.h"

namespace mlops::store {

/// Small objects of one data set, directory and kind, to be compressed together.
struct SharedBlock {
  std::vector<PendingMember> members;
  std::vector<std::uint8_t> plain;
  PlacementHint::Compress compress = PlacementHint::Compress::automatic;
};

/// Collects small objects into shared blocks. A block is given out when it is full. Of the many
/// directories of a data set only the latest stay open: a small remainder of an older one joins
/// the remainders of its data set. One thread at a time.
class BlockGroups {
 public:
  enum class Kind : std::uint8_t { structure, compressible, noise, uncompressed };
  /// What compresses alike. Any thread.
  static Kind kind_of(ObjectType type,
                      std::span<const std::uint8_t> content,
                      const PlacementHint& hint);
  /// Blocks that are full now, mostly none.
  std::vector<SharedBlock> add(Kind kind,
                               const PendingMember& member,
                               std::span<const std::uint8_t> content,
                               const PlacementHint& hint);
  /// All that is left.
  std::vector<SharedBlock> take_all();

 private:
  struct Key {
    std::string group;
    std::string directory;
    Kind kind = Kind::compressible;
    bool is_remainder = false;  ///< of several directories
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Open {
    Key key;
    SharedBlock block;
  };
  SharedBlock& find_or_open(const Key& key);
  void append(const Key& key, SharedBlock block, std::vector<SharedBlock>& full);
  void close_oldest(std::vector<SharedBlock>& full);

  std::list<Open> open_;  ///< latest first
};

}  // namespace mlops::store
