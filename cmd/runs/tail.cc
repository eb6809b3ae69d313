#include "runs/tail.h"

#include <chrono>
#include <utility>
#include <vector>

#include "base/text.h"
#include "os/clock.h"
#include "os/file.h"

namespace mlops::runs {

std::string Tail::read() {
  constexpr std::size_t kPieceBytes = 1U << 20U;
  const auto fd = os::open_regular(path_);
  if (!fd) {
    return {};
  }
  std::vector<std::uint8_t> piece(kPieceBytes);
  const std::size_t count = os::pread_full(*fd, piece, offset_, path_);
  offset_ += count;
  return {piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(count)};
}

std::string take_lines(std::string& pending, AtEnd at_end) {
  const std::size_t end = at_end == AtEnd::yes ? pending.size() : pending.rfind('\n') + 1;
  std::string lines = pending.substr(0, end);
  pending.erase(0, end);
  return lines;
}

std::string escape_lines(std::string_view lines, std::string_view prefix) {
  std::string text;
  if (lines.ends_with('\n')) {
    lines.remove_suffix(1);
  } else if (lines.empty()) {
    return text;
  }
  for (const std::string_view line : split(lines, '\n')) {
    text += std::string(prefix) + escape_for_terminal(line) + '\n';
  }
  return text;
}

void wait_a_little() {
  constexpr std::chrono::milliseconds kBetweenLooks{100};
  os::sleep_for(kBetweenLooks);
}

}  // namespace mlops::runs
