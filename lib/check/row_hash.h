#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "check/checked_table.h"
#include "check/spill_sort.h"

namespace mlops::check {

/// 128 bits: two rows have the same only where their values are the same, also where somebody chose
/// the values. Of a row of one number or short text it is that value, else a hash under a random
/// key.
struct RowHash {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const RowHash&) const =
      default;  // NOLINT(modernize-use-nullptr): of clang-tidy 14
};

class RowHasher {
 public:
  using Key = std::array<std::uint64_t, 2>;
  RowHasher();
  /// `first` is the key of kept_hash; of `hash` it is a part alone.
  explicit RowHasher(const Key& first);
  /// The hash of some cells of a row: equal where all are table::same_value, in their order. With
  /// `digits` numbers are first rounded to as many significant digits.
  RowHash hash(const Rows& rows,
               const std::vector<std::size_t>& places,
               std::size_t row,
               std::optional<std::uint64_t> digits = std::nullopt);
  RowHash hash(const table::Cell& cell);
  /// The same for all who have the key `first`: what profiles keep (SipHash-2-4,
  /// mlops-profile(5)).
  std::uint64_t kept_hash(const table::Cell& cell);

 private:
  /// One value as two words: itself where it is a number or a short text, else hashed.
  std::array<std::uint64_t, 2> words_of(const table::Cell& cell) const;
  void add(const std::array<std::uint64_t, 2>& words);
  RowHash finish();
  std::uint64_t key_at(std::size_t place);

  Key first_{};
  Key second_{};
  std::string bytes_;
  std::vector<std::uint64_t> keys_;          ///< random; as many as rows have had words, and two
  std::size_t added_ = 0;                    ///< values of this row
  std::array<std::uint64_t, 2> words_{};     ///< of the last of them
  std::array<unsigned __int128, 2> sums_{};  ///< of all
};

RowHasher::Key random_key();

/// A row by the hash of some of its cells; `tag` tells apart what has the same hash.
struct HashedRow {
  RowHash hash;
  std::uint64_t tag = 0;
  std::uint64_t row = 0;
  auto operator<=>(const HashedRow&) const = default;  // NOLINT(modernize-use-nullptr)
};
inline std::uint64_t radix_key(const HashedRow& row) {
  return row.hash.high;
}
using HashedRows = SpillSort<HashedRow>;

/// The least of the numbers that are offered.
class FirstRows {
 public:
  explicit FirstRows(std::size_t limit) : limit_(limit) {}
  void offer(std::uint64_t row);
  const std::vector<std::uint64_t>& rows() const { return rows_; }  ///< ascending

 private:
  std::size_t limit_;
  std::vector<std::uint64_t> rows_;
};

}  // namespace mlops::check
