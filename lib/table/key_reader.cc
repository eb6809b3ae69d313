#include "table/key_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "table/cell.h"
#include "table/line_scanner.h"

namespace mlops::table {
namespace {

constexpr std::size_t kPlainDigits = 18;  // of ids; longer ones are looked at closely

bool is_decimal(char c) {
  return c >= '0' && c <= '9';
}

bool may_begin_number(char c) {
  return is_decimal(c) || c == '-' || c == '+' || c == '.' || c == 'n' || c == 'N' || c == 'i' ||
         c == 'I';
}

}  // namespace

KeyReader::KeyReader(std::vector<std::size_t> positions, char delimiter)
    : positions_(std::move(positions)), delimiter_(delimiter) {
  fields_.resize(*std::max_element(positions_.begin(), positions_.end()) + 1);
}

void KeyReader::read(std::string_view record, KeyCells& cells) {
  split_record(record, delimiter_, fields_);
  cells.resize(positions_.size());
  for (std::size_t i = 0; i < positions_.size(); ++i) {
    cells[i] = fields_[positions_[i]];
  }
}

bool is_canonical(std::string_view cell) {
  if (cell.empty() || !may_begin_number(cell.front())) {
    return true;
  }
  const bool is_plain = cell.size() <= kPlainDigits && (cell.front() != '0' || cell.size() == 1) &&
                        std::all_of(cell.begin(), cell.end(), is_decimal);
  if (is_plain) {
    return true;
  }
  const Cell parsed = parse_cell(cell);
  return parsed.kind == Cell::Kind::text || canonical_label(parsed) == cell;
}

bool is_canonical(const KeyCells& key) {
  return std::all_of(
      key.begin(), key.end(), [](std::string_view cell) { return is_canonical(cell); });
}

int compare_keys(const KeyCells& a, const KeyCells& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].size() != b[i].size()) {
      return a[i].size() < b[i].size() ? -1 : 1;
    }
    const int order = a[i].empty() ? 0 : std::memcmp(a[i].data(), b[i].data(), a[i].size());
    if (order != 0) {
      return order;
    }
  }
  return 0;
}

}  // namespace mlops::table
