#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace mlops::check {

/// Values that share their leading bits, and how many rows have one of them. With all bits it is
/// one value.
struct ValueCell {
  static constexpr unsigned kBits = 64;
  std::uint64_t low = 0;  ///< the first of them: behind the shared bits it has none
  unsigned bits = kBits;
  std::uint64_t count = 0;

  std::uint64_t high() const;    ///< the last of them
  std::uint64_t middle() const;  ///< stands for all of them
  bool is_single() const { return bits == kBits; }
  bool operator==(const ValueCell&) const = default;
};

/// The leading bits of a value, the others 0.
std::uint64_t leading_bits(std::uint64_t value, unsigned bits);

/// Cells of values that come in ascending order. A cell is the widest one that holds at most `most`
/// rows, but shares at least `least_bits`; a value of more rows has a cell of its own. So a value
/// of few rows is known only as far as it takes to tell it from many others. Which values come how
/// often decides alone: no order, and not in how many steps they were made coarser.
class CellBuilder {
 public:
  CellBuilder(std::uint64_t most, unsigned least_bits) : most_(most), least_bits_(least_bits) {}
  /// Behind the one before, or the same once more.
  void add(const ValueCell& cell);
  /// In ascending order.
  std::vector<ValueCell> finish();

 private:
  struct Open {
    ValueCell cell;
    unsigned shared = 0;    ///< bits that it shares with the one before
    bool is_heavy = false;  ///< its cells are settled
  };
  void join_last();
  void settle(Open& open, unsigned parent_bits);

  std::uint64_t most_;
  unsigned least_bits_;
  std::vector<Open> open_;  ///< each shares more bits with the one before than that with its own
  ValueCell last_;
  std::vector<ValueCell> settled_;
};

/// Cells in ascending order, of which none holds another.
class ValueCells {
 public:
  ValueCells() = default;
  explicit ValueCells(std::vector<ValueCell> cells) : cells_(std::move(cells)) {}

  const std::vector<ValueCell>& list() const { return cells_; }
  std::size_t size() const { return cells_.size(); }
  std::uint64_t rows() const;
  /// The cell that holds the value; null where none does. Lives as long as this.
  const ValueCell* find(std::uint64_t value) const;
  /// The rows of both: where cells overlap the wider one has them all.
  static ValueCells sum(const ValueCells& a, const ValueCells& b);
  /// The same rows in cells as a CellBuilder makes them.
  ValueCells coarser(std::uint64_t most, unsigned least_bits) const;

 private:
  std::vector<ValueCell> cells_;
};

}  // namespace mlops::check
