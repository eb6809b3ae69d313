#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "os/fd.h"
#include "store/file_place.h"
#include "store/layout.h"
#include "store/pack_format.h"

namespace mlops::store {

struct Location;

/// A decoded block. Its members' content is not verified: whoever takes an object hashes it.
struct Block {
  std::vector<Member> members;
  std::unique_ptr<std::uint8_t[]> plain;
  std::size_t size = 0;
  std::span<const std::uint8_t> bytes() const { return {plain.get(), size}; }
};

/// The pack files of a store, opened when needed; keeps a few descriptors and decoded blocks. Any
/// thread.
class PackSet {
 public:
  explicit PackSet(Layout layout) : layout_(std::move(layout)) {}

  /// Nothing when there is no such regular file.
  std::optional<std::uint64_t> size_of(const PackName& name) const;
  /// Error{corrupt} for damage, Error{io} when the disk fails.
  std::shared_ptr<const Block> load_block(const PackName& name, std::uint32_t offset) const;
  /// What a pack holds, read from its table of contents and block heads; scans for blocks when
  /// the table is damaged. Error{corrupt} when it is no pack at all, Error{config} for one of a
  /// newer version.
  std::vector<PackedObject> list_objects_of(const PackName& name) const;
  std::string describe(const PackName& name) const;
  /// Where an object's bytes lie in the pack's file as they are; nothing where they are compressed
  /// or cannot be found. Nothing of it is verified but that it lies in the pack.
  std::optional<FilePlace> find_raw(const Location& location) const;

 private:
  struct OpenPack {
    os::Fd fd;
    std::uint64_t size = 0;
  };
  struct Key {
    PackName name{};
    std::uint32_t offset = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept;
  };
  std::shared_ptr<const OpenPack> open(const PackName& name) const;
  std::shared_ptr<const Block> read_block(const PackName& name, std::uint32_t offset) const;
  std::vector<PackedObject> list_by_toc(const PackName& name, const OpenPack& pack) const;

  /// Least recently used out first.
  template <typename Value>
  struct Recent {
    std::size_t capacity;
    std::list<std::pair<Key, std::shared_ptr<const Value>>> items;
    std::unordered_map<Key, typename decltype(items)::iterator, KeyHash> places;
    std::shared_ptr<const Value> find(const Key& key);
    void insert(const Key& key, std::shared_ptr<const Value> value);
  };

  Layout layout_;
  mutable std::mutex mutex_;
  mutable Recent<OpenPack> open_packs_{64, {}, {}};
  mutable Recent<Block> blocks_{64, {}, {}};
};

}  // namespace mlops::store
