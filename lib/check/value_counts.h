#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "check/checked_table.h"
#include "check/row_hash.h"
#include "check/spill_sort.h"
#include "policy/check_policy.h"

namespace mlops::check {

/// How often one value stands: a number by its order, a text by its hash.
struct ValueCount {
  std::uint64_t value = 0;
  std::uint64_t count = 0;
  bool operator<(const ValueCount& other) const { return value < other.value; }
};
inline void merge_equal(ValueCount& into, const ValueCount& from) {
  into.count += from.count;
}

/// Doubles as integers in the same order; -0 is 0, NaN has none.
std::uint64_t ordered_bits(double number);
double number_of(std::uint64_t bits);

/// The values of one column, counted exactly whatever their number: what does not fit into memory
/// is spilled. Knows no text, only hashes of them.
class ValueCounts final : public Watcher {
 public:
  /// Columns that are compared share the hasher. Of the types date and timestamp, texts that are
  /// times count as numbers.
  ValueCounts(std::size_t place,
              std::optional<policy::ColumnType> type,
              RowHasher& hasher,
              SpillFile& file)
      : place_(place), type_(type), hasher_(hasher), numbers_(file), texts_(file) {}
  void see(const Rows& rows) override;

  std::uint64_t rows() const { return nulls_ + nans_ + number_count_ + text_count_; }
  std::uint64_t nulls() const { return nulls_; }
  std::uint64_t nans() const { return nans_; }
  std::uint64_t numbers() const { return number_count_; }
  std::uint64_t texts() const { return text_count_; }
  SpillSort<ValueCount>::Cursor read_numbers() { return numbers_.read(); }
  SpillSort<ValueCount>::Cursor read_texts() { return texts_.read(); }

 private:
  void add_number(double number);

  std::size_t place_;
  std::optional<policy::ColumnType> type_;
  RowHasher& hasher_;
  std::uint64_t nulls_ = 0;
  std::uint64_t nans_ = 0;
  std::uint64_t number_count_ = 0;
  std::uint64_t text_count_ = 0;
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
