#include "check/row_hash.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>

#include "os/random.h"
#include "table/cell.h"
#include "table/key_index.h"

namespace mlops::check {
namespace {

constexpr double kExactIntegers = 9007199254740992.0;  // 2^53: below, numbers are their doubles

// What the first byte of a value's words says: the length of a text of at most 15 bytes, or this.
enum class Tag : std::uint8_t {
  null = 0,
  longest_short_text = 15,
  number,
  large_number,
  long_text
};
using Words = std::array<std::uint64_t, 2>;
using WordBytes = std::array<std::uint8_t, sizeof(Words)>;

Words tagged(Tag tag, Words words) {
  auto bytes = std::bit_cast<WordBytes>(words);
  bytes.front() = static_cast<std::uint8_t>(tag);
  return std::bit_cast<Words>(bytes);
}

Words words_of_short(std::string_view text) {
  WordBytes bytes{};
  bytes.front() = static_cast<std::uint8_t>(text.size());
  std::copy(text.begin(), text.end(), bytes.begin() + 1);
  return std::bit_cast<Words>(bytes);
}

/// "1.235e+03" of 1234.5 and four digits, read again.
double rounded(double number, std::uint64_t digits) {
  std::array<char, 64> buffer{};
  const std::to_chars_result written = std::to_chars(buffer.data(),
                                                     buffer.data() + buffer.size(),
                                                     number,
                                                     std::chars_format::scientific,
                                                     static_cast<int>(digits) - 1);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
  return table::parse_cell(text).number;
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

std::uint64_t RowHasher::key_at(std::size_t place) {
  while (keys_.size() <= place) {
    const Key more = random_key();
    keys_.insert(keys_.end(), more.begin(), more.end());
  }
  return keys_[place];
}

Words RowHasher::words_of(const table::Cell& cell) const {
  if (cell.kind == table::Cell::Kind::null) {
    return {};
  }
  if (cell.kind == table::Cell::Kind::text) {
    return cell.text.size() <= static_cast<std::size_t>(Tag::longest_short_text)
               ? words_of_short(cell.text)
               : tagged(Tag::long_text,
                        {table::siphash(first_, cell.text), table::siphash(second_, cell.text)});
  }
  const double number = std::isnan(cell.number) ? std::numeric_limits<double>::quiet_NaN()
                        : cell.number == 0      ? 0.0
                                                : cell.number;
  if (!(std::abs(number) >= kExactIntegers)) {
    return tagged(Tag::number, {0, std::bit_cast<std::uint64_t>(number)});
  }
  const std::string label = table::canonical_label(cell);
  return tagged(Tag::large_number, {table::siphash(first_, label), table::siphash(second_, label)});
}

/// NH, a universal hash: under secret random keys, of rows of as many values, two different ones
/// have the same sum by chance once in 2^64, and both sums once in 2^128 (Black et al., UMAC).
void RowHasher::add(const std::array<std::uint64_t, 2>& words) {
  const std::size_t place = 2 * added_++;
  key_at(place + 3);
  words_ = words;
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    const std::uint64_t* const keys = &keys_[place + 2 * i];
    sums_[i] += static_cast<unsigned __int128>(words[0] + keys[0]) * (words[1] + keys[1]);
  }
}

RowHash RowHasher::finish() {
  if (added_ == 1) {
    return {words_[1], words_[0]};
  }
  std::array<char, sizeof(sums_)> bytes{};
  std::memcpy(bytes.data(), sums_.data(), bytes.size());
  const std::string_view text(bytes.data(), bytes.size());
  return {table::siphash(first_, text), table::siphash(second_, text)};
}

RowHash RowHasher::hash(const Rows& rows,
                        const std::vector<std::size_t>& places,
                        std::size_t row,
                        std::optional<std::uint64_t> digits) {
  added_ = 0;
  sums_ = {};
  for (const std::size_t place : places) {
    table::Cell cell = rows.columns[place][row];
    if (digits && cell.kind == table::Cell::Kind::number && std::isfinite(cell.number)) {
      cell = {table::Cell::Kind::number, rounded(cell.number, *digits), {}};
    }
    add(words_of(cell));
  }
  return finish();
}

RowHash RowHasher::hash(const table::Cell& cell) {
  added_ = 0;
  sums_ = {};
  add(words_of(cell));
  return finish();
}

std::uint64_t RowHasher::kept_hash(const table::Cell& cell) {
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
