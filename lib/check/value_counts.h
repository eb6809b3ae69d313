#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "check/checked_table.h"
#include "check/row_hash.h"
#include "check/spill_sort.h"
#include "policy/check_policy.h"

namespace mlops::check {

struct ProfileColumn;

/// How often one value stands: a number by its order, a text by its hash.
struct ValueCount {
  std::uint64_t value = 0;
  std::uint64_t count = 0;
  bool operator<(const ValueCount& other) const { return value < other.value; }
};
inline std::uint64_t radix_key(const ValueCount& one) {
  return one.value;
}
inline void merge_equal(ValueCount& into, const ValueCount& from) {
  into.count += from.count;
}

/// Doubles as integers in the same order; -0 is 0, NaN has none.
std::uint64_t ordered_bits(double number);
double number_of(std::uint64_t bits);

/// Counts values that come again soon before they are sorted: few values make few records.
class RecentCounts {
 public:
  void add(std::uint64_t value, SpillSort<ValueCount>& sort) {
    ValueCount& slot = slots_[(value * kSpread) >> kShift];
    if (slot.count > 0 && slot.value == value) {
      ++slot.count;
      return;
    }
    if (slot.count > 0) {
      sort.add(slot);
    }
    slot = {value, 1};
  }
  void flush(SpillSort<ValueCount>& sort);

 private:
  static constexpr unsigned kShift = 56;                           ///< leaves 8 bits
  static constexpr std::uint64_t kSpread = 0x9E37'79B9'7F4A'7C15;  ///< Fibonacci hashing
  std::array<ValueCount, 256> slots_{};
};

/// Whether texts that are times count as numbers.
inline bool is_time(std::optional<policy::ColumnType> type) {
  return type == policy::ColumnType::date || type == policy::ColumnType::timestamp;
}

/// The values of one column, counted exactly whatever their number: what does not fit into memory
/// is spilled. Knows no text, only hashes of them.
class ValueCounts final : public Watcher {
 public:
  /// Columns that are compared have the hasher in common. Of the types date and timestamp, texts
  /// that are times count as numbers.
  ValueCounts(std::size_t place,
              std::optional<policy::ColumnType> type,
              const RowHasher& hasher,
              SpillFile& file)
      : place_(place), type_(type), hasher_(hasher), numbers_(file), texts_(file) {}
  /// What it looks at: of times the text.
  static CheckedTable::Need need_of(std::optional<policy::ColumnType> type) {
    return is_time(type) ? CheckedTable::Need::spelling : CheckedTable::Need::values;
  }
  void see(const Rows& rows) override;
  void finish() override;
  /// Counts what a profile has, each cell as its middle. Nothing is seen then.
  void take(const ProfileColumn& column);
  /// Values are counted as the cell of the profile that holds them: what is equal stays equal, and
  /// nothing looks nearer than the profile tells. The column outlives this.
  void count_as(const ProfileColumn& column) { cells_ = &column; }

  std::uint64_t rows() const { return nulls_ + nans_ + number_count_ + text_count_; }
  std::uint64_t nulls() const { return nulls_; }
  std::uint64_t nans() const { return nans_; }
  std::uint64_t numbers() const { return number_count_; }
  std::uint64_t texts() const { return text_count_; }
  /// After the last row.
  SpillSort<ValueCount>::Cursor read_numbers() { return numbers_.read(); }
  SpillSort<ValueCount>::Cursor read_texts() { return texts_.read(); }

 private:
  void add_number(double number);
  void add_text(const table::Cell& cell);

  std::size_t place_;
  std::optional<policy::ColumnType> type_;
  RowHasher hasher_;  ///< its own: it has a buffer
  const ProfileColumn* cells_ = nullptr;
  std::uint64_t nulls_ = 0;
  std::uint64_t nans_ = 0;
  std::uint64_t number_count_ = 0;
  std::uint64_t text_count_ = 0;
  RecentCounts recent_numbers_;
  RecentCounts recent_texts_;
  SpillSort<ValueCount> numbers_;
  SpillSort<ValueCount> texts_;
};

/// Two columns side by side: each value once, in ascending order, with its counts.
class PairedCounts {
 public:
  using Cursor = SpillSort<ValueCount>::Cursor;
  struct Pair {
    std::uint64_t value = 0;
    std::uint64_t base = 0;
    std::uint64_t now = 0;
  };
  PairedCounts(Cursor base, Cursor now);
  std::optional<Pair> next();

 private:
  Cursor base_;
  Cursor now_;
  std::optional<ValueCount> base_head_;
  std::optional<ValueCount> now_head_;
};

}  // namespace mlops::check
