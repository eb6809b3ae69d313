#include "check/column_scout.h"

#include <algorithm>
#include <cmath>

#include "base/time_text.h"
#include "check/column_values.h"

namespace mlops::check {

using policy::ColumnType;

ColumnScout::ColumnScout(const std::string& name, CheckedTable& table, SpillFile& file)
    : place_(table.want(name)), rows_(file), personal_(name) {
  seen_.name = name;
  table.watch(*this);
}

void ColumnScout::see(const Rows& rows) {
  const table::ScannedColumn& cells = rows.columns[place_];
  for (std::size_t i = 0; i < rows.size; ++i) {
    const table::Cell cell = cells[i];
    if (cell.kind == table::Cell::Kind::null) {
      ++seen_.nulls;
      continue;
    }
    if (is_nan(cell)) {
      ++seen_.nans;
      continue;
    }
    ++seen_.values;
    rows_.add({hasher_.hash(cell), 0, rows.first + i});
    const std::uint64_t length = length_of(cell.text);
    seen_.shortest = seen_.values == 1 ? length : std::min(seen_.shortest, length);
    seen_.longest = std::max(seen_.longest, length);
    personal_.see(cell.text);
    see_set(cell);
    if (cell.kind == table::Cell::Kind::number) {
      see_number(cell.number);
    } else {
      see_text(cell.text);
    }
  }
}

void ColumnScout::see_number(double number) {
  ++numbers_;
  if (std::isinf(number)) {
    ++seen_.infinities;
    return;
  }
  whole_ += std::trunc(number) == number ? 1U : 0U;
  seen_.min = std::min(seen_.min.value_or(number), number);
  seen_.max = std::max(seen_.max.value_or(number), number);
}

void ColumnScout::see_text(std::string_view text) {
  ++texts_;
  seen_.spelled_nulls += spells_null(text) ? 1U : 0U;
  bools_ += has_type({table::Cell::Kind::text, 0, text}, ColumnType::boolean) ? 1U : 0U;
  if (const auto date = parse_date(text)) {
    ++dates_;
    see_time(text, date);
  } else if (const auto time = parse_timestamp(text)) {
    ++timestamps_;
    see_time(text, time);
  }
}

void ColumnScout::see_time(std::string_view text, std::optional<std::int64_t> time) {
  if (!first_ || *time < *first_) {
    first_ = time;
    seen_.first_time = text;
  }
  if (!last_ || *time > *last_) {
    last_ = time;
    seen_.last_time = text;
  }
}

void ColumnScout::see_set(const table::Cell& cell) {
  if (!is_set_) {
    return;
  }
  ++set_[table::canonical_label(cell)];
  if (set_.size() > kMostValues) {
    is_set_ = false;
    set_.clear();
  }
}

std::optional<ColumnType> ColumnScout::type() const {
  if (seen_.values + seen_.nans == 0) {
    return std::nullopt;
  }
  if (texts_ == 0) {
    return whole_ == numbers_ && seen_.nans == 0 ? ColumnType::integer : ColumnType::real;
  }
  if (numbers_ > 0 || seen_.nans > 0) {
    return ColumnType::text;
  }
  if (bools_ == texts_) {
    return ColumnType::boolean;
  }
  if (dates_ == texts_) {
    return ColumnType::date;
  }
  return timestamps_ == texts_ ? ColumnType::timestamp : ColumnType::text;
}

bool ColumnScout::is_unique() {
  constexpr std::uint64_t kLeast = 2;
  std::optional<RowHash> before;
  HashedRows::Cursor cursor = rows_.read();
  while (const auto one = cursor.next()) {
    if (before == one->hash) {
      return false;
    }
    before = one->hash;
  }
  return seen_.values >= kLeast;
}

/// A value of fewer rows might be somebody's own.
constexpr std::uint64_t kOften = 5;

SeenColumn ColumnScout::seen(std::uint64_t rows) {
  seen_.type = type();
  seen_.is_unique = seen_.values == rows && is_unique();
  seen_.personal = personal_.kinds(seen_.values);
  seen_.personal_values = personal_.hits();
  const bool is_often =
      std::all_of(set_.begin(), set_.end(), [](const auto& one) { return one.second >= kOften; });
  const bool has_set = seen_.type == ColumnType::text || seen_.type == ColumnType::integer;
  if (is_set_ && is_often && has_set && seen_.personal.none()) {
    for (const auto& [value, count] : set_) {
      seen_.set.push_back(value);
    }
  }
  return seen_;
}

}  // namespace mlops::check
