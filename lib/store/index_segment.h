#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "os/file.h"
#include "store/pack_format.h"

/// An index segment: immutable, sorted, mapped. Derived: packs can always rebuild it.
/// (Little-endian; mlops-store(5), "Indexes".)
///
///   segment = head[32] pack* fanout[256] u32 front-crc, record*, group-crc*, sha256[32]
///   head    = magic[10] u16 version, u32 flags, u32 packs, u64 records, zero[4]
///   pack    = name[32] u64 size
///   fanout  = u32: records whose id's first byte is at most i
///   record  = id[32] u32 pack, u32 block-offset, u32 inner-offset, u32 type << 24 | length
///   group   = 64 records; its crc is checked before a record of it is believed
namespace mlops::store {

struct PackInfo {
  PackName name{};
  std::uint64_t size = 0;
};

struct IndexRecord {
  PackedObject object;
  std::uint32_t pack = 0;  ///< place in the segment's pack table
};

/// Sorts `records`; the result is a whole segment file.
std::vector<std::uint8_t> encode_segment(std::span<const PackInfo> packs,
                                         std::vector<IndexRecord> records);

class IndexSegment {
 public:
  /// Error{corrupt} when the front does not hold together; records are checked when found.
  static std::unique_ptr<IndexSegment> from_file(const os::fs::path& path);
  static std::unique_ptr<IndexSegment> from_bytes(std::vector<std::uint8_t> bytes,
                                                  std::string name_for_messages);

  const std::string& name() const { return name_; }
  std::size_t record_count() const { return record_count_; }
  const std::vector<PackInfo>& packs() const { return packs_; }
  IndexRecord record(std::size_t at) const;
  /// Appends all sound records of this id (one a pack). A damaged group counts as absent.
  void find(const ObjectId& id, std::vector<IndexRecord>& out) const;
  /// The same, their places.
  void find_places(const ObjectId& id, std::vector<std::size_t>& out) const;
  /// Whether any sound record of the id exists whose pack `is_usable`.
  template <typename Predicate>
  bool any_of(const ObjectId& id, Predicate is_usable) const {
    for (std::size_t at = lower_bound(id); at < record_count_ && id_at(at, id); ++at) {
      if (is_sound(at) && is_usable(record(at).pack)) {
        return true;
      }
    }
    return false;
  }
  /// The whole file against its SHA-256.
  bool is_intact() const;

 private:
  IndexSegment() = default;
  void parse(std::span<const std::uint8_t> bytes);
  std::size_t lower_bound(const ObjectId& id) const;
  bool id_at(std::size_t at, const ObjectId& id) const;
  bool is_sound(std::size_t at) const;
  bool is_sound_group(std::size_t group) const;

  std::string name_;
  std::optional<os::MappedFile> mapping_;
  std::vector<std::uint8_t> owned_;
  std::span<const std::uint8_t> bytes_;
  std::vector<PackInfo> packs_;
  std::span<const std::uint8_t> fanout_;
  std::span<const std::uint8_t> records_;
  std::span<const std::uint8_t> group_crcs_;
  std::size_t record_count_ = 0;
  /// By group, once its crc was right: whoever asks for every file of a data set asks each group
  /// dozens of times.
  std::unique_ptr<std::atomic<bool>[]> known_sound_;
};

}  // namespace mlops::store
