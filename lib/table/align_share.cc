#include "table/align_share.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "os/random.h"
#include "table/cell.h"

namespace mlops::table {
namespace {

constexpr std::size_t kBatchRows = 2048;
// What the index takes for a short key.
constexpr std::uint64_t kBytesOfKey = 64;
constexpr std::uint64_t kRowsBetweenLooks = 1024;

}  // namespace

std::array<std::uint64_t, 2> random_seed() {
  std::array<std::uint8_t, 16> bytes;
  os::random_bytes(bytes);
  std::array<std::uint64_t, 2> seed = {};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    seed[i / 8] = (seed[i / 8] << 8U) | bytes[i];
  }
  return seed;
}

void DuplicateKeys::add(std::uint64_t row, const Fields& fields, const ColumnPlan& plan) {
  ++count;
  if (first.size() < kShown) {
    std::vector<std::string> cells;
    for (const std::size_t key : plan.keys) {
      cells.emplace_back(fields[key]);
    }
    first.push_back({row, join(cells, ", ")});
  }
}

void DuplicateKeys::add(const DuplicateKeys& other) {
  count += other.count;
  first.insert(first.end(), other.first.begin(), other.first.end());
  std::sort(
      first.begin(), first.end(), [](const Shown& a, const Shown& b) { return a.row < b.row; });
  first.resize(std::min(first.size(), kShown));
}

void ShareCounts::add(const ShareCounts& other) {
  matched += other.matched;
  only_old += other.only_old;
  only_new += other.only_new;
  dropped_old += other.dropped_old;
  dropped_new += other.dropped_new;
  old_duplicates.add(other.old_duplicates);
  new_duplicates.add(other.new_duplicates);
}

ShareAligner::ShareAligner(const ShareInput& input)
    : input_(input),
      index_(random_seed()),
      store_(input.new_plan.read.size()),
      batch_(input.old_plan, input.new_plan) {}

std::optional<std::uint64_t> ShareAligner::load(const ShareRoom& room) {
  room_ = room;
  const std::uint64_t of_old_keys = has_keys() ? room.old_rows * kBytesOfKey : 0;
  const bool fits = input_.new_rows.each(
      [&](const Fields& fields, std::uint32_t row) {
        add_new_row(fields, row);
        return store_.size() % kRowsBetweenLooks != 0 || held_bytes() + of_old_keys <= room.bytes;
      },
      [] {});
  const std::uint64_t held = held_bytes();
  if (fits && held + of_old_keys <= room.bytes) {
    return std::nullopt;
  }
  const double grown = static_cast<double>(room.new_rows) /
                       static_cast<double>(std::max<std::uint64_t>(store_.size(), 1));
  return of_old_keys + static_cast<std::uint64_t>(static_cast<double>(held) * std::max(grown, 1.0));
}

ShareCounts ShareAligner::run() {
  if (has_keys() && input_.request.duplicates == Duplicates::drop) {
    count_old_keys();
    drop_duplicates();
  }
  stream_old();
  if (!is_failing()) {
    emit_only_new();
  }
  return std::move(counts_);
}

const std::string& ShareAligner::key_of(const Fields& fields, const ColumnPlan& plan) {
  key_.clear();
  for (const std::size_t position : plan.keys) {
    append_to_key(parse_cell(fields[position]), key_);
  }
  return key_;
}

void ShareAligner::add_new_row(const Fields& fields, std::uint32_t row) {
  const auto held = static_cast<std::uint32_t>(store_.size());
  if (numbers_.empty() && row != held) {
    // Up to here no row was left out.
    for (std::uint32_t i = 0; i < held; ++i) {
      numbers_.push_back(i);
    }
    numbers_.push_back(row);
  } else if (!numbers_.empty()) {
    numbers_.push_back(row);
  }
  store_.append(fields);
  new_row_done_.push_back(false);
  if (!has_keys()) {
    return;
  }
  next_new_.push_back(kNoRow);
  KeyIndex::Entry& entry = index_.find_or_add(key_of(fields, input_.new_plan));
  ++entry.new_count;
  if (entry.new_count == 1) {
    entry.first_new = held;
  } else {
    next_new_[entry.last_new] = held;
  }
  entry.last_new = held;
  if (entry.new_count == 2) {
    counts_.new_duplicates.add(row, fields, input_.new_plan);
  }
}

// Which keys are duplicates must be known before the first row is let through.
void ShareAligner::count_old_keys() {
  input_.old_rows.each(
      [this](const Fields& fields, std::uint32_t row) {
        KeyIndex::Entry& entry = index_.find_or_add(key_of(fields, input_.old_plan));
        ++entry.old_count;
        if (entry.old_count == 2) {
          counts_.old_duplicates.add(row, fields, input_.old_plan);
        }
        return true;
      },
      [this] { check_room(); });
}

void ShareAligner::drop_duplicates() {
  for (const KeyIndex::Entry& entry : index_.entries()) {
    if (entry.old_count <= 1 && entry.new_count <= 1) {
      continue;
    }
    counts_.dropped_old += entry.old_count;
    counts_.dropped_new += entry.new_count;
    for (std::uint32_t row = entry.first_new; row != kNoRow; row = next_new_[row]) {
      new_row_done_[row] = true;
    }
  }
}

void ShareAligner::stream_old() {
  Fields new_fields;
  input_.old_rows.each(
      [&](const Fields& old_fields, std::uint32_t row) {
        const Place place = place_old_row(old_fields, row);
        if (place.is_dropped) {
          return true;
        }
        const bool is_matched = place.new_row != kNoRow;
        if (is_matched) {
          ++counts_.matched;
          new_row_done_[place.new_row] = true;
          store_.read(place.new_row, new_fields);
        } else {
          ++counts_.only_old;
        }
        batch_.add(row,
                   &old_fields,
                   is_matched ? number_of(place.new_row) : kNoRow,
                   is_matched ? &new_fields : nullptr);
        return true;
      },
      // The old fields are views into rows that go now.
      [this] {
        flush();
        check_room();
      });
}

ShareAligner::Place ShareAligner::place_old_row(const Fields& fields, std::uint64_t row) {
  if (!has_keys()) {
    return {false, old_seen_++};
  }
  KeyIndex::Entry& entry = index_.find_or_add(key_of(fields, input_.old_plan));
  if (input_.request.duplicates == Duplicates::drop) {
    return {entry.old_count > 1 || entry.new_count > 1, entry.first_new};
  }
  ++entry.old_count;
  if (entry.old_count == 2) {
    counts_.old_duplicates.add(row, fields, input_.old_plan);
  }
  const std::uint32_t new_row = entry.first_new;
  if (new_row != kNoRow) {
    entry.first_new = next_new_[new_row];
  }
  return {false, new_row};
}

void ShareAligner::emit_only_new() {
  Fields fields;
  // The batch holds views: the fields of a row are read again for each.
  for (std::uint32_t row = 0; row < store_.size(); ++row) {
    if (!new_row_done_[row]) {
      ++counts_.only_new;
      store_.read(row, fields);
      batch_.add(0, nullptr, number_of(row), &fields);
    }
    if (batch_.size() == kBatchRows) {
      flush();
    }
  }
  flush();
}

void ShareAligner::flush() {
  input_.cancel.check();
  if (batch_.size() > 0 && !is_failing()) {
    input_.sink(batch_.rows());
  }
  batch_.clear();
}

std::uint64_t ShareAligner::held_bytes() const {
  return index_.memory_bytes() + store_.memory_bytes() +
         (next_new_.capacity() + numbers_.capacity()) * sizeof(std::uint32_t) +
         new_row_done_.capacity() / 8;
}

void ShareAligner::check_room() const {
  if (held_bytes() > room_.most) {
    refuse_room(input_.request, room_.most);
  }
}

void refuse_room(const AlignRequest& request, std::uint64_t bytes) {
  throw Error(ErrorKind::io,
              fmt::format("aligning {} takes more than the {} of memory that are allowed",
                          quote(request.new_table.name),
                          format_bytes(bytes)),
              "compare fewer columns, or allow more memory");
}

}  // namespace mlops::table
