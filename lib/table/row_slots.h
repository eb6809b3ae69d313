#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "os/zeroed_memory.h"

namespace mlops::table {

/// The hash of a key: 64 bits under a secret seed, so that no file can be made whose keys collide.
/// Cells stay apart whatever they hold.
class KeyHasher {
 public:
  explicit KeyHasher(const std::array<std::uint64_t, 2>& seed) : seed_(seed) {}
  std::uint64_t operator()(std::span<const std::string_view> cells) const;

 private:
  std::array<std::uint64_t, 2> seed_;
};

/// The rows of one table by the hash of their key: eight bytes a slot, which hold the row's offset,
/// a part of the hash that the place does not tell, and whether the row was marked: all that a
/// search needs is one place in memory. Whether two keys are equal only their bytes say: callers
/// hand in who compares them. Any number of threads, insertion and search not at once.
class RowSlots {
 public:
  static constexpr std::uint64_t kMaxOffset = (std::uint64_t{1} << 40U) - 2;
  static constexpr std::size_t kNone = SIZE_MAX;

  /// For up to `rows` rows.
  explicit RowSlots(std::size_t rows)
      : mask_(std::bit_ceil(rows + rows / 3 + 16) - 1), memory_(mask_ + 1) {}

  /// `is_same(offset)`: whether the row there has this key, too. False when there is such a row.
  template <typename IsSame>
  bool insert(std::uint64_t hash, std::uint64_t offset, const IsSame& is_same) {
    const std::uint64_t wanted = tag_of(hash) | (offset + 1);
    for (std::size_t slot = hash & mask_;; slot = (slot + 1) & mask_) {
      std::uint64_t held = load(slot);
      if (held == 0 && at(slot).compare_exchange_strong(held, wanted, std::memory_order_relaxed)) {
        return true;
      }
      if ((held & kTagMask) == (wanted & kTagMask) && is_same(offset_of(held))) {
        return false;
      }
    }
  }
  /// The slot of the row with this key; kNone without one.
  template <typename IsSame>
  std::size_t find(std::uint64_t hash, const IsSame& is_same) const {
    for (std::size_t slot = hash & mask_;; slot = (slot + 1) & mask_) {
      const std::uint64_t held = load(slot);
      if (held == 0) {
        return kNone;
      }
      if ((held & kTagMask) == tag_of(hash) && is_same(offset_of(held))) {
        return slot;
      }
    }
  }
  /// The offset that a search with this hash looks at first; kNone without one.
  std::size_t first_candidate(std::uint64_t hash) const {
    const std::uint64_t held = load(hash & mask_);
    return held != 0 && (held & kTagMask) == tag_of(hash) ? offset_of(held) : kNone;
  }
  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&memory_.words()[hash & mask_], 1); }
  std::size_t size() const { return mask_ + 1; }
  /// kNone where the slot is empty.
  std::size_t offset_at(std::size_t slot) const {
    const std::uint64_t held = load(slot);
    return held == 0 ? kNone : offset_of(held);
  }
  /// Whether nobody had marked this slot.
  bool mark(std::size_t slot) {
    return (at(slot).fetch_or(kMark, std::memory_order_relaxed) & kMark) == 0;
  }
  bool is_marked(std::size_t slot) const { return (load(slot) & kMark) != 0; }

 private:
  static constexpr std::uint64_t kOffsetMask = (std::uint64_t{1} << 40U) - 1;
  static constexpr std::uint64_t kMark = std::uint64_t{1} << 63U;
  static constexpr std::uint64_t kTagMask = ~(kOffsetMask | kMark);
  static std::uint64_t tag_of(std::uint64_t hash) { return hash & kTagMask; }
  static std::size_t offset_of(std::uint64_t held) { return (held & kOffsetMask) - 1; }

  std::atomic_ref<std::uint64_t> at(std::size_t slot) const {
    return std::atomic_ref<std::uint64_t>(memory_.words()[slot]);
  }
  std::uint64_t load(std::size_t slot) const { return at(slot).load(std::memory_order_relaxed); }

  std::size_t mask_;
  os::ZeroedMemory memory_;  ///< by slot: mark, tag, offset + 1; 0: empty
};

}  // namespace mlops::table
