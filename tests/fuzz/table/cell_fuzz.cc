#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "table/cell.h"

namespace {

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

std::string key_of(const mlops::table::Cell& cell) {
  std::string key;
  append_to_key(cell, key);
  return key;
}

}  // namespace

// Two fields, parted by the first newline: sameness, labels and keys agree, and a label names what
// it was made from.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using mlops::table::Cell;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = std::min(text.find('\n'), text.size());
  const Cell a = mlops::table::parse_cell(text.substr(0, cut));
  const Cell b = mlops::table::parse_cell(text.substr(std::min(cut + 1, text.size())));

  const bool is_same = same_value(a, b);
  const std::string label_a = canonical_label(a);
  require(is_same == same_value(b, a));
  require(same_value(a, a));
  require(is_same == (key_of(a) == key_of(b)));
  require(is_same == (a.kind == b.kind && label_a == canonical_label(b)));

  const Cell again = mlops::table::parse_cell(label_a);
  require(again.kind == a.kind && same_value(again, a) && canonical_label(again) == label_a);
  if (a.kind == Cell::Kind::number) {
    require(again.number == a.number || (std::isnan(again.number) && std::isnan(a.number)));
  }
  return 0;
}
