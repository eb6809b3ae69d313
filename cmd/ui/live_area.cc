#include "ui/live_area.h"

#include <algorithm>
#include <utility>

namespace mlops::ui {
namespace {

constexpr const char* kEraseToEndOfLine = "\x1b[K";
constexpr const char* kEraseBelow = "\x1b[J";

}  // namespace

/// Most terminals break long lines anew when they become narrower, as they do with all output.
std::string LiveArea::go_up(std::size_t columns) const {
  std::size_t lines = 0;
  for (const Row& row : rows_) {
    lines += columns == 0 ? 1 : std::max<std::size_t>(1, (row.width + columns - 1) / columns);
  }
  return lines == 0 ? "" : "\r\x1b[" + std::to_string(lines) + "A";
}

std::string LiveArea::draw(std::vector<Row> rows, std::size_t columns) {
  std::string bytes = go_up(columns);
  for (const Row& row : rows) {
    bytes += row.text + kEraseToEndOfLine + "\n";
  }
  bytes += rows_.empty() ? "" : kEraseBelow;
  rows_ = std::move(rows);
  return bytes;
}

}  // namespace mlops::ui
