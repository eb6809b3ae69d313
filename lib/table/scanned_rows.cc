#include "table/scanned_rows.h"

#include <array>
#include <charconv>
#include <cmath>

namespace mlops::table {

void ScannedColumn::resize(std::size_t size) {
  if (size > kinds_.size()) {
    const std::size_t room = size + size / 2;
    kinds_.resize(room);
    numbers_.resize(room);
    texts_.resize(room);
  }
  size_ = size;
}

/// As DuckDB spells it: a number of a type that has fractions shows one.
std::string ScannedColumn::spelling(std::size_t i) const {
  if (kinds_[i] != Cell::Kind::number || !texts_[i].empty()) {
    return std::string(texts_[i]);
  }
  if (std::isnan(numbers_[i])) {
    return "nan";
  }
  std::array<char, 32> buffer;
  const std::to_chars_result written =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), numbers_[i]);
  std::string text(buffer.data(), written.ptr);
  if (!is_whole_ && text.find_first_not_of("-0123456789") == std::string::npos) {
    text += ".0";
  }
  return text;
}

}  // namespace mlops::table
