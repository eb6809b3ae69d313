#include "check/value_cells.h"

#include <algorithm>
#include <bit>
#include <iterator>

namespace mlops::check {
namespace {

/// The number of leading bits that two different cells share.
unsigned shared_bits(const ValueCell& a, const ValueCell& b) {
  const auto same = static_cast<unsigned>(std::countl_zero(a.low ^ b.low));
  return std::min({same, a.bits, b.bits});
}

}  // namespace

std::uint64_t leading_bits(std::uint64_t value, unsigned bits) {
  return bits == 0 ? 0 : value & (~std::uint64_t{0} << (ValueCell::kBits - bits));
}

std::uint64_t ValueCell::high() const {
  return bits == 0 ? ~std::uint64_t{0} : low | ~(~std::uint64_t{0} << (kBits - bits));
}

std::uint64_t ValueCell::middle() const {
  return low + (high() - low) / 2;
}

void CellBuilder::add(const ValueCell& cell) {
  if (!open_.empty() && last_.low == cell.low && last_.bits == cell.bits) {
    open_.back().cell.count += cell.count;
    return;
  }
  const unsigned shared = open_.empty() ? 0 : shared_bits(last_, cell);
  // What shares more than that with its predecessor has no more to come beside it.
  while (open_.size() > 1 && open_.back().shared > shared) {
    join_last();
  }
  open_.push_back({cell, shared, false});
  last_ = cell;
}

/// The last two are all of the values that begin with the bits that they share.
void CellBuilder::join_last() {
  Open& last = open_.back();
  Open& before = open_[open_.size() - 2];
  const unsigned shared = last.shared;
  const bool is_light = !last.is_heavy && !before.is_heavy && shared >= least_bits_ &&
                        last.cell.count + before.cell.count <= most_;
  if (is_light) {
    before.cell = {
        leading_bits(last.cell.low, shared), shared, before.cell.count + last.cell.count};
  } else {
    settle(before, shared);
    settle(last, shared);
  }
  open_.pop_back();
}

/// `parent_bits`: what all values of the next wider cell share, which holds too many rows.
void CellBuilder::settle(Open& open, unsigned parent_bits) {
  if (open.is_heavy) {
    return;
  }
  ValueCell cell = open.cell;
  if (cell.count <= most_) {
    cell.bits = std::min(cell.bits, std::max(parent_bits + 1, least_bits_));
    cell.low = leading_bits(cell.low, cell.bits);
  }
  settled_.push_back(cell);
  open.is_heavy = true;
}

std::vector<ValueCell> CellBuilder::finish() {
  while (open_.size() > 1) {
    join_last();
  }
  if (!open_.empty() && !open_.front().is_heavy) {
    ValueCell all = open_.front().cell;
    if (all.count <= most_) {
      all.bits = std::min(all.bits, least_bits_);
      all.low = leading_bits(all.low, all.bits);
    }
    settled_.push_back(all);
  }
  open_.clear();
  std::sort(settled_.begin(), settled_.end(), [](const ValueCell& a, const ValueCell& b) {
    return a.low < b.low;
  });
  return std::move(settled_);
}

std::uint64_t ValueCells::rows() const {
  std::uint64_t rows = 0;
  for (const ValueCell& cell : cells_) {
    rows += cell.count;
  }
  return rows;
}

const ValueCell* ValueCells::find(std::uint64_t value) const {
  const auto behind =
      std::upper_bound(cells_.begin(), cells_.end(), value, [](std::uint64_t at, const auto& cell) {
        return at < cell.low;
      });
  if (behind == cells_.begin()) {
    return nullptr;
  }
  const ValueCell& cell = *std::prev(behind);
  return value <= cell.high() ? &cell : nullptr;
}

ValueCells ValueCells::sum(const ValueCells& a, const ValueCells& b) {
  std::vector<ValueCell> both;
  both.reserve(a.size() + b.size());
  // Of two that begin together the wider one comes first.
  std::merge(a.cells_.begin(),
             a.cells_.end(),
             b.cells_.begin(),
             b.cells_.end(),
             std::back_inserter(both),
             [](const ValueCell& x, const ValueCell& y) {
               return x.low != y.low ? x.low < y.low : x.bits < y.bits;
             });
  std::vector<ValueCell> cells;
  for (const ValueCell& cell : both) {
    if (!cells.empty() && cell.low <= cells.back().high()) {
      cells.back().count += cell.count;
    } else {
      cells.push_back(cell);
    }
  }
  return ValueCells(std::move(cells));
}

ValueCells ValueCells::coarser(std::uint64_t most, unsigned least_bits) const {
  CellBuilder builder(most, least_bits);
  for (const ValueCell& cell : cells_) {
    builder.add(cell);
  }
  return ValueCells(builder.finish());
}

}  // namespace mlops::check
