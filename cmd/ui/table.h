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
  /// Where a terminal is narrow, columns of prose are folded first; then the widest is cut.
  enum class Yields { by_cutting, by_folding };
  struct Column {
    std::string title;
    Align align = Align::left;
    Yields yields = Yields::by_cutting;
  };
  explicit TextTable(std::vector<Column> columns);
  /// One style a row, applied to its first cell on a terminal with colour.
  void add(std::vector<std::string> cells, Style style = Style::plain);
  bool empty() const { return rows_.empty(); }
  std::string render(const Terminal& terminal) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    Style style;
  };
  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace mlops::ui
