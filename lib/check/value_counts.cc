#include "check/value_counts.h"

#include <bit>
#include <cmath>
#include <utility>

#include "check/column_values.h"

namespace mlops::check {
namespace {

constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63U;

}  // namespace

std::uint64_t ordered_bits(double number) {
  const auto bits = std::bit_cast<std::uint64_t>(number == 0 ? 0.0 : number);
  return (bits & kSignBit) != 0 ? ~bits : bits | kSignBit;
}

double number_of(std::uint64_t bits) {
  return std::bit_cast<double>((bits & kSignBit) != 0 ? bits & ~kSignBit : ~bits);
}

void ValueCounts::add_number(double number) {
  ++number_count_;
  numbers_.add({ordered_bits(number), 1});
}

void ValueCounts::see(const Rows& rows) {
  const table::ColumnCells& cells = rows.columns[place_];
  const bool is_time = type_ == policy::ColumnType::date || type_ == policy::ColumnType::timestamp;
  for (std::size_t i = 0; i < rows.size; ++i) {
    const table::Cell& cell = cells[i];
    if (cell.kind == table::Cell::Kind::null) {
      ++nulls_;
    } else if (const auto time = is_time ? number_in(cell, type_) : std::nullopt) {
      add_number(*time);
    } else if (cell.kind == table::Cell::Kind::text) {
      ++text_count_;
      texts_.add({hasher_.hash(cell).high, 1});
    } else if (std::isnan(cell.number)) {
      ++nans_;
    } else {
      add_number(cell.number);
    }
  }
}

PairedCounts::PairedCounts(Cursor base, Cursor now)
    : base_(std::move(base)),
      now_(std::move(now)),
      base_head_(base_.next()),
      now_head_(now_.next()) {}

std::optional<PairedCounts::Pair> PairedCounts::next() {
  if (!base_head_ && !now_head_) {
    return std::nullopt;
  }
  const bool from_base = base_head_ && (!now_head_ || base_head_->value <= now_head_->value);
  const bool from_now = now_head_ && (!base_head_ || now_head_->value <= base_head_->value);
  Pair pair{from_base ? base_head_->value : now_head_->value, 0, 0};
  if (from_base) {
    pair.base = base_head_->count;
    base_head_ = base_.next();
  }
  if (from_now) {
    pair.now = now_head_->count;
    now_head_ = now_.next();
  }
  return pair;
}

}  // namespace mlops::check
