#include "report/layout.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <optional>

#include "base/text.h"

namespace mlops::report {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 8;
/// A first cell beyond this spills even where there is room: the eye loses the row.
constexpr std::size_t kLongestFirst = 60;

std::size_t total_of(const std::vector<std::size_t>& widths) {
  return std::accumulate(widths.begin(), widths.end(), std::size_t{0}) +
         kGap * (widths.empty() ? 0 : widths.size() - 1);
}

/// Takes from the widest column until the rows fit, or nothing can give more. The last column stays
/// whole: it holds the verdict.
void shrink(std::vector<std::size_t>& widths, std::size_t width) {
  while (total_of(widths) > width) {
    const auto widest = std::max_element(widths.begin(), widths.end() - 1);
    if (widths.size() < 2 || *widest <= kNarrowest) {
      return;
    }
    --*widest;
  }
}

std::string line_of(const std::vector<std::string>& row, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    line += (i == 0 ? "" : std::string(kGap, ' ')) + pad(cut(row[i], widths[i]), widths[i]);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

/// Columns of a number before the place that is aligned; nothing for other cells.
std::optional<std::size_t> aligned_part(const std::string& cell, TextTable::Numbers how) {
  const std::size_t first = cell.find_first_not_of("+-");
  const bool number = first != std::string::npos && first <= 1 &&
                      (std::isdigit(static_cast<unsigned char>(cell[first])) != 0 ||
                       cell.substr(first) == "NaN" || cell.substr(first) == "Infinity");
  if (!number) {
    return std::nullopt;
  }
  return how == TextTable::Numbers::by_end ? cell.size()
                                           : std::min(cell.find_first_of(".e", first), cell.size());
}

std::size_t next_character(const std::string& text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) {
    ++at;
  }
  return at;
}

}  // namespace

std::string cut(const std::string& text, std::size_t width) {
  if (display_width(text) <= width) {
    return text;
  }
  std::size_t end = 0;
  while (end < text.size()) {
    const std::size_t next = next_character(text, end);
    if (display_width(text.substr(0, next)) + 1 > width) {
      break;
    }
    end = next;
  }
  return width == 0 ? std::string() : text.substr(0, end) + "~";
}

std::string pad(const std::string& text, std::size_t width) {
  const std::size_t taken = display_width(text);
  return taken < width ? text + std::string(width - taken, ' ') : text;
}

std::vector<std::string> wrap(const std::string& text, std::size_t width) {
  if (width == 0 || display_width(text) <= width) {
    return {text};
  }
  constexpr std::string_view kIndent = "  ";
  std::vector<std::string> lines;
  std::string line;
  for (const std::string_view word : split(text, ' ')) {
    const std::string longer = line.empty() ? std::string(word) : line + ' ' + std::string(word);
    if (display_width(longer) <= width || line.empty()) {
      line = longer;
      continue;
    }
    lines.push_back(cut(line, width));
    line = std::string(kIndent) + std::string(word);
  }
  lines.push_back(cut(line, width));
  return lines;
}

void TextTable::add(std::vector<std::string> cells) {
  for (std::string& cell : cells) {
    cell = escape_for_terminal(cell);
  }
  rows_.push_back(std::move(cells));
}

TextTable::Rows TextTable::aligned() const {
  Rows rows = rows_;
  for (const auto& [column, how] : numbers_) {
    std::size_t longest = 0;
    for (const auto& row : rows) {
      longest = std::max(longest, aligned_part(row.at(column), how).value_or(0));
    }
    for (auto& row : rows) {
      if (const auto part = aligned_part(row.at(column), how)) {
        row.at(column).insert(0, longest - *part, ' ');
      }
    }
  }
  return rows;
}

std::vector<std::size_t> TextTable::needed(const Rows& rows) const {
  std::vector<std::size_t> widths(least_.size());
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  }
  return widths;
}

std::size_t TextTable::width() const {
  return total_of(needed(aligned()));
}

std::vector<std::string> TextTable::lines_with_spill(std::size_t width) const {
  Rows rows = aligned();
  std::vector<std::size_t> widths = needed(rows);
  const std::size_t rest = total_of(widths) - widths.front();
  const bool fits = width == 0 || rest + widths.front() <= width;
  if ((fits && widths.front() <= kLongestFirst) || (width != 0 && rest + kNarrowest > width)) {
    return lines(width);
  }
  const std::size_t room = width == 0 ? kLongestFirst : std::min(kLongestFirst, width - rest);
  widths.front() = least_.empty() ? 0 : std::min(least_.front(), room);
  for (const auto& row : rows) {
    const std::size_t taken = display_width(row.front());
    widths.front() = taken <= room ? std::max(widths.front(), taken) : widths.front();
  }
  std::vector<std::string> lines;
  for (auto& row : rows) {
    std::string spilled;
    if (display_width(row.front()) > room) {
      spilled = (width == 0 ? row.front() : cut(row.front(), width)) + '\n';
      row.front().clear();
    }
    lines.push_back(spilled + line_of(row, widths));
  }
  return lines;
}

std::vector<std::string> TextTable::lines(std::size_t width) const {
  const Rows rows = aligned();
  std::vector<std::size_t> widths = needed(rows);
  std::vector<std::size_t> roomy = widths;
  for (std::size_t i = 0; i < least_.size(); ++i) {
    roomy[i] = std::max(roomy[i], least_[i]);
  }
  if (width == 0 || total_of(roomy) <= width) {
    widths = roomy;
  } else {
    shrink(widths, width);
  }
  std::vector<std::string> lines;
  for (const auto& row : rows) {
    lines.push_back(line_of(row, widths));
  }
  return lines;
}

}  // namespace mlops::report
