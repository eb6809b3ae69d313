#include "check/value_counts.h"

#include <bit>
#include <cmath>
#include <utility>

#include "check/column_values.h"
#include "check/profile.h"

namespace mlops::check {
namespace {

constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63U;

std::uint64_t middle_of(const ValueCells& cells, std::uint64_t value) {
  const ValueCell* const cell = cells.find(value);
  return cell == nullptr ? value : cell->middle();
}

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
  const std::uint64_t bits = ordered_bits(number);
  recent_numbers_.add(cells_ == nullptr ? bits : middle_of(cells_->numbers, bits), numbers_);
}

void ValueCounts::add_text(const table::Cell& cell) {
  ++text_count_;
  const std::uint64_t hash = hasher_.kept_hash(cell);
  recent_texts_.add(cells_ == nullptr ? hash : middle_of(cells_->texts, hash), texts_);
}

void ValueCounts::take(const ProfileColumn& column) {
  nulls_ = column.nulls;
  nans_ = column.nans;
  number_count_ = column.numbers.rows();
  text_count_ = column.texts.rows();
  for (const ValueCell& cell : column.numbers.list()) {
    numbers_.add({cell.middle(), cell.count});
  }
  for (const ValueCell& cell : column.texts.list()) {
    texts_.add({cell.middle(), cell.count});
  }
}

void ValueCounts::see(const Rows& rows) {
  const table::ScannedColumn& cells = rows.columns[place_];
  const bool has_times = is_time(type_);
  for (std::size_t i = 0; i < rows.size; ++i) {
    const table::Cell cell = cells[i];
    if (cell.kind == table::Cell::Kind::null) {
      ++nulls_;
    } else if (const auto time = has_times ? number_in(cell, type_) : std::nullopt) {
      add_number(*time);
    } else if (cell.kind == table::Cell::Kind::text) {
      add_text(cell);
    } else if (std::isnan(cell.number)) {
      ++nans_;
    } else {
      add_number(cell.number);
    }
  }
}

void RecentCounts::flush(SpillSort<ValueCount>& sort) {
  for (ValueCount& slot : slots_) {
    if (slot.count > 0) {
      sort.add(slot);
    }
    slot.count = 0;
  }
}

void ValueCounts::finish() {
  recent_numbers_.flush(numbers_);
  recent_texts_.flush(texts_);
  numbers_.finish();
  texts_.finish();
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
