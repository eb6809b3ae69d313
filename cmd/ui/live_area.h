#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ui/line.h"

namespace mlops::ui {

/// Lines below all others on a terminal that are drawn again in their place. The cursor stays at
/// the start of the line below them, so that whatever ends us leaves it where a prompt belongs:
/// nothing has to be put back. What it returns is to be written in one piece; it writes nothing.
class LiveArea {
 public:
  struct Row {
    std::string text;       ///< painted
    std::size_t width = 0;  ///< columns that it takes: less than the terminal has
  };

  bool is_shown() const { return !rows_.empty(); }
  /// In place of what is shown; each row overwrites the old one, so that nothing flickers. None:
  /// takes the area away, and the cursor to where it began. `columns`: of the terminal now; one
  /// that became narrower has broken the rows.
  std::string draw(std::vector<Row> rows, std::size_t columns);

 private:
  std::string go_up(std::size_t columns) const;
  std::vector<Row> rows_;
};

}  // namespace mlops::ui
