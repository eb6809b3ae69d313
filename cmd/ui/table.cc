#include "ui/table.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/text.h"
#include "ui/fold.h"

namespace mlops::ui {
namespace {

constexpr std::size_t kColumnGap = 2;
constexpr std::size_t kNarrowest = 8;
constexpr std::size_t kNarrowestFolded = 16;

void pad(std::string& line,
         const std::string& cell,
         std::size_t width,
         TextTable::Align align,
         const std::string& painted) {
  const std::size_t used = display_width(cell);
  const std::string blanks(width > used ? width - used : 0, ' ');
  line += align == TextTable::Align::right ? blanks + painted : painted + blanks;
}

/// A row as the lines that it takes: cells of columns that fold go on below themselves.
std::vector<std::vector<std::string>> folded(const std::vector<TextTable::Column>& columns,
                                             const std::vector<std::string>& row,
                                             const std::vector<std::size_t>& widths) {
  std::vector<std::vector<std::string>> lines{row};
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (columns[i].yields != TextTable::Yields::by_folding) {
      continue;
    }
    const std::string cell = fold(row[i], widths[i]);
    const std::vector<std::string_view> parts = split(cell, '\n');
    for (std::size_t part = 0; part < parts.size(); ++part) {
      if (part == lines.size()) {
        lines.emplace_back(row.size());
      }
      lines[part][i] = std::string(trim(parts[part]));
    }
  }
  return lines;
}

}  // namespace

TextTable::TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

void TextTable::add(std::vector<std::string> cells, Style style) {
  cells.resize(columns_.size());
  rows_.push_back({std::move(cells), style});
}

void TextTable::add_heading(std::string text, Style style) {
  rows_.push_back({{std::move(text)}, style, true});
  has_headings_ = true;
}

/// As wide as the cells are; where that is too wide, the columns that fold become narrower, then
/// always the widest.
std::vector<std::size_t> TextTable::fit(const std::vector<std::vector<std::string>>& cells,
                                        std::size_t width) const {
  std::vector<std::size_t> widths;
  std::transform(
      columns_.begin(), columns_.end(), std::back_inserter(widths), [](const Column& column) {
        return display_width(column.title);
      });
  for (const std::vector<std::string>& line : cells) {
    for (std::size_t i = 0; i < line.size() && line.size() == columns_.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(line[i]));
    }
  }
  const std::size_t total =
      std::accumulate(widths.begin(), widths.end(), kColumnGap * (columns_.size() - 1));
  std::size_t excess = width > 0 && total > width ? total - width : 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].yields == Yields::by_folding && widths[i] > kNarrowestFolded) {
      const std::size_t cut = std::min(excess, widths[i] - kNarrowestFolded);
      widths[i] -= cut;
      excess -= cut;
    }
  }
  for (; excess > 0; --excess) {
    std::size_t& widest = *std::max_element(widths.begin(), widths.end());
    if (widest <= kNarrowest) {
      break;
    }
    --widest;
  }
  return widths;
}

TextTable::Cells TextTable::escaped_cells() const {
  Cells cells;
  for (const Row& row : rows_) {
    std::vector<std::string>& line = cells.emplace_back();
    std::transform(
        row.cells.begin(), row.cells.end(), std::back_inserter(line), escape_for_terminal);
  }
  return cells;
}

std::string TextTable::render(const Terminal& terminal) const {
  const Cells cells = escaped_cells();
  if (terminal.out_is_terminal() || terminal.width() > 0) {
    return render_aligned(cells, terminal);
  }
  std::string text;
  for (const std::vector<std::string>& line : cells) {
    text += join(line, "\t") + "\n";
  }
  return text;
}

std::string TextTable::render_aligned(const Cells& cells, const Terminal& terminal) const {
  std::string text;
  const std::size_t indent = has_headings_ ? kColumnGap : 0;
  const std::size_t room = terminal.width() > indent ? terminal.width() - indent : 0;
  const std::vector<std::size_t> widths = fit(cells, room);
  const auto add_line = [&](const std::vector<std::string>& line, Style style, bool whole) {
    std::string rendered(indent, ' ');
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string cell = shorten(line[i], widths[i], Keep::both_ends);
      const Style cell_style = whole || i == 0 ? style : Style::plain;
      pad(rendered, cell, widths[i], columns_[i].align, terminal.paint_out(cell_style, cell));
      rendered += i + 1 == line.size() ? "" : std::string(kColumnGap, ' ');
    }
    text += rendered.substr(0, rendered.find_last_not_of(' ') + 1) + "\n";
  };
  std::vector<std::string> titles;
  std::transform(
      columns_.begin(), columns_.end(), std::back_inserter(titles), [](const Column& column) {
        return column.title;
      });
  add_line(titles, Style::dim, true);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (rows_[i].is_heading) {
      const std::string line =
          terminal.width() > 0 ? shorten(cells[i][0], terminal.width(), Keep::start) : cells[i][0];
      text += terminal.paint_out(rows_[i].style, line) + "\n";
      continue;
    }
    for (const auto& line : folded(columns_, cells[i], widths)) {
      add_line(line, rows_[i].style, false);
    }
  }
  return text;
}

}  // namespace mlops::ui
