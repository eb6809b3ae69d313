#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::table {

/// SipHash-2-4 (Aumasson, Bernstein 2012): a file made so that all its keys collide would need to
/// know the seed.
std::uint64_t siphash(const std::array<std::uint64_t, 2>& seed, std::string_view bytes);

/// Rows of a table are counted in 32 bits here: 4 G rows are refused before.
constexpr std::uint64_t kMaxRows = 0xFFFF'FFFEU;
constexpr std::uint32_t kNoRow = 0xFFFF'FFFFU;

/// The keys of two tables, each once, in the order of first sight, with what is known of its rows.
/// A hit is always verified against the key itself. One thread.
class KeyIndex {
 public:
  struct Entry {
    std::uint64_t key_offset = 0;
    std::uint32_t hash = 0;  ///< the lower half, to skip most comparisons
    std::uint32_t old_count = 0;
    std::uint32_t new_count = 0;
    std::uint32_t first_new = kNoRow;  ///< chain of the key's new rows; callers move it along
    std::uint32_t last_new = kNoRow;
  };

  explicit KeyIndex(const std::array<std::uint64_t, 2>& seed);
  /// Valid until the next call.
  Entry& find_or_add(std::string_view key);
  std::vector<Entry>& entries() { return entries_; }
  std::uint64_t memory_bytes() const;

 private:
  std::string_view key_of(std::size_t entry) const;
  void grow();

  std::array<std::uint64_t, 2> seed_;
  std::vector<std::uint32_t> slots_;  ///< entry + 1, or 0; a power of two, at most 2/3 full
  std::vector<Entry> entries_;
  std::string keys_;  ///< back to back
};

}  // namespace mlops::table
