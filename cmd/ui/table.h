#pragma once

#include <string>
#include <vector>

#include "ui/terminal.h"

namespace mlops::ui {

/// Rows of text as people read them on a terminal (aligned, folded and cut to fit) and as
/// scripts read them elsewhere (tabs, full values). Cells are escaped here.
class TextTable {
 public:
  enum class Align { left, right };
  /// Where a terminal is narrow, columns of prose are folded first; then always the widest is cut.
  enum class Yields { by_cutting, by_folding };
  struct Column {
    std::string title;
    Align align = Align::left;
    Yields yields = Yields::by_cutting;
  };
  explicit TextTable(std::vector<Column> columns);
  /// One style a row, applied to its first cell on a terminal with colour.
  void add(std::vector<std::string> cells, Style style = Style::plain);
  /// A line of its own above the rows that follow, which are then indented.
  void add_heading(std::string text, Style style);
  bool empty() const { return rows_.empty(); }
  std::string render(const Terminal& terminal) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    Style style;
    bool is_heading = false;  ///< of one cell
  };
  using Cells = std::vector<std::vector<std::string>>;
  Cells escaped_cells() const;
  std::string render_aligned(const Cells& cells, const Terminal& terminal) const;
  std::vector<std::size_t> fit(const Cells& cells, std::size_t width) const;
  std::vector<Column> columns_;
  std::vector<Row> rows_;
  bool has_headings_ = false;
};

}  // namespace mlops::ui
