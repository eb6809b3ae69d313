#pragma once

#include <string>
#include <utility>
#include <vector>

namespace mlops::report {

/// Rows of raw cells as aligned text: cells escaped for terminals, columns two spaces apart, each
/// at least as wide as `least` says, nothing after the last cell of a row. With a width, cells of
/// the widest columns are cut and end in '~' until the rows fit.
class TextTable {
 public:
  explicit TextTable(std::vector<std::size_t> least) : least_(std::move(least)) {}
  /// Numbers of this column stand with their ends or their points below each other; other cells
  /// stay left.
  enum class Numbers { by_end, by_point };
  void align(std::size_t column, Numbers how) { numbers_.emplace_back(column, how); }
  void add(std::vector<std::string> cells);
  /// The lines, without newlines.
  std::vector<std::string> lines(std::size_t width) const;
  /// The same, but nothing is cut: a first cell that does not fit, or that would push the others
  /// out of sight, stands on a line of its own, so that one element may hold a newline. Where even
  /// the other columns do not fit: as lines().
  std::vector<std::string> lines_with_spill(std::size_t width) const;
  /// Columns that the rows take when nothing is cut and `least` is ignored.
  std::size_t width() const;

 private:
  using Rows = std::vector<std::vector<std::string>>;
  Rows aligned() const;
  std::vector<std::size_t> needed(const Rows& rows) const;

  std::vector<std::size_t> least_;
  std::vector<std::pair<std::size_t, Numbers>> numbers_;
  Rows rows_;
};

/// `text` cut to `width` columns, with a '~' at the end where something is missing.
std::string cut(const std::string& text, std::size_t width);
/// `text` in lines of at most `width` columns, broken at spaces, all but the first indented; a word
/// that is longer is cut. Width 0: one line.
std::vector<std::string> wrap(const std::string& text, std::size_t width);
/// `text` filled with spaces up to `width` columns.
std::string pad(const std::string& text, std::size_t width);

}  // namespace mlops::report
