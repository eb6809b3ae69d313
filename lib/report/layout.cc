#include "report/layout.h"

#include <algorithm>
#include <numeric>

#include "base/text.h"

namespace mlops::report {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 8;

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

std::vector<std::size_t> TextTable::needed() const {
  std::vector<std::size_t> widths(least_.size());
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  }
  return widths;
}

std::size_t TextTable::width() const {
  return total_of(needed());
}

std::vector<std::string> TextTable::lines_with_spill(std::size_t width) const {
  std::vector<std::size_t> widths = needed();
  const std::size_t rest = total_of(widths) - widths.front();
  if (width == 0 || rest + widths.front() <= width || rest + kNarrowest > width) {
    return lines(width);
  }
  widths.front() = width - rest;
  std::vector<std::string> lines;
  for (auto row : rows_) {
    std::string spilled;
    if (display_width(row.front()) > widths.front()) {
      spilled = cut(row.front(), width) + '\n';
      row.front().clear();
    }
    lines.push_back(spilled + line_of(row, widths));
  }
  return lines;
}

std::vector<std::string> TextTable::lines(std::size_t width) const {
  std::vector<std::size_t> widths = needed();
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
  for (const auto& row : rows_) {
    lines.push_back(line_of(row, widths));
  }
  return lines;
}

}  // namespace mlops::report
