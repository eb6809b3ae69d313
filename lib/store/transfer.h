#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/pack_format.h"

namespace mlops::store {

/// How versions leave a store and come into one, pack by pack: what remotes are made of.

/// A pack on its way out. Its bytes live as long as `owner`.
struct OutgoingPack {
  PackName name{};
  std::span<const std::uint8_t> bytes;
  std::vector<PackedObject> objects;
  std::shared_ptr<const void> owner;
};

class PackExport {
 public:
  struct Amount {
    std::uint64_t objects = 0;
    std::uint64_t bytes = 0;  ///< of their content, before compression
  };
  virtual ~PackExport() = default;
  /// Of what is to be copied.
  virtual Amount amount() const = 0;
  /// A pack of the store, as it is, where all of it is wanted; else a new one with just what is:
  /// what belongs to other versions never leaves. Every byte is verified. Nothing at the end.
  /// Error{corrupt} that says where the damage is. One thread.
  virtual std::optional<OutgoingPack> next() = 0;
};

/// A root that came from elsewhere.
struct ImportedRoot {
  ObjectId id;
  std::vector<std::uint8_t> content;  ///< of the root, as encode_root writes it
  std::string data_set;               ///< for people; may be empty
};

/// Takes what somebody else packed into a store. Nothing of it is trusted: an object whose content
/// does not match its id is Error{corrupt}, and nothing of its pack is stored. `add_*` from any
/// thread.
class Importer {
 public:
  virtual ~Importer() = default;
  /// Of an object that the store has; what was added counts after `finish`.
  virtual std::optional<ObjectType> find_type(const ObjectId& id) const = 0;
  /// A whole pack, under the name that it must have.
  virtual void add_pack(const PackName& name, std::span<const std::uint8_t> bytes) = 0;
  /// A block of a pack: head, member list, stored bytes, and maybe more behind them. Returns its
  /// decoded members, one after the other.
  struct Block {
    std::vector<Member> members;
    std::vector<std::uint8_t> plain;
    std::size_t length = 0;  ///< in the pack
  };
  virtual Block add_block(std::span<const std::uint8_t> bytes, const std::string& where) = 0;
  /// What was added is durable and found from now on.
  virtual void finish() = 0;
  /// The commit point: roots all of whose objects are in the store. Error{corrupt} otherwise.
  virtual void commit(std::span<const ImportedRoot> roots) = 0;
  /// Roots all of whose directories are in the store (Store::find_partial_root), unless they are
  /// whole already. Error{corrupt} otherwise.
  virtual void commit_partial(std::span<const ImportedRoot> roots) = 0;
};

}  // namespace mlops::store
