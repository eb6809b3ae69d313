#include "check/row_hash.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>

#include "os/random.h"
#include "table/cell.h"
#include "table/key_index.h"

namespace mlops::check {
namespace {

/// "1.235e+03" of 1234.5 and four digits.
void append_rounded(const table::Cell& cell, std::uint64_t digits, std::string& bytes) {
  std::array<char, 64> buffer{};
  const std::to_chars_result written = std::to_chars(buffer.data(),
                                                     buffer.data() + buffer.size(),
                                                     cell.number,
                                                     std::chars_format::scientific,
                                                     static_cast<int>(digits) - 1);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
  table::append_to_key(table::parse_cell(text), bytes);
}

}  // namespace

RowHasher::Key random_key() {
  std::array<std::uint8_t, 16> bytes{};
  os::random_bytes(bytes);
  RowHasher::Key key{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    key[i / 8] = (key[i / 8] << 8U) | bytes[i];
  }
  return key;
}

RowHasher::RowHasher() : RowHasher(random_key()) {}

RowHasher::RowHasher(const Key& first) : first_(first), second_(random_key()) {}

RowHash RowHasher::hash_bytes() const {
  return {table::siphash(first_, bytes_), table::siphash(second_, bytes_)};
}

RowHash RowHasher::hash(const Rows& rows,
                        const std::vector<std::size_t>& places,
                        std::size_t row,
                        std::optional<std::uint64_t> digits) {
  bytes_.clear();
  for (const std::size_t place : places) {
    const table::Cell& cell = rows.columns[place][row];
    const bool is_rounded =
        digits && cell.kind == table::Cell::Kind::number && std::isfinite(cell.number);
    if (is_rounded) {
      append_rounded(cell, *digits, bytes_);
    } else {
      table::append_to_key(cell, bytes_);
    }
  }
  return hash_bytes();
}

RowHash RowHasher::hash(const table::Cell& cell) {
  bytes_.clear();
  table::append_to_key(cell, bytes_);
  return hash_bytes();
}

std::uint64_t RowHasher::first_half(const table::Cell& cell) {
  bytes_.clear();
  table::append_to_key(cell, bytes_);
  return table::siphash(first_, bytes_);
}

void FirstRows::offer(std::uint64_t row) {
  if (rows_.size() == limit_ && (limit_ == 0 || row >= rows_.back())) {
    return;
  }
  rows_.insert(std::upper_bound(rows_.begin(), rows_.end(), row), row);
  if (rows_.size() > limit_) {
    rows_.pop_back();
  }
}

}  // namespace mlops::check
