#pragma once

#include <string>
#include <vector>

namespace mlops::report {

/// Rows of raw cells as aligned text: cells escaped for terminals, columns two spaces apart, each
/// at least as wide as `least` says, nothing after the last cell of a row. With a width, cells of
/// the widest columns are cut and end in '~' until the rows fit.
class TextTable {
 public:
  explicit TextTable(std::vector<std::size_t> least) : least_(std::move(least)) {}
  void add(std::vector<std::string> cells);
  /// The lines, without newlines.
  std::vector<std::string> lines(std::size_t width) const;

 private:
  std::vector<std::size_t> least_;
  std::vector<std::vector<std::string>> rows_;
};

/// `text` cut to `width` columns, with a '~' at the end where something is missing.
std::string cut(const std::string& text, std::size_t width);
/// `text` filled with spaces up to `width` columns.
std::string pad(const std::string& text, std::size_t width);

}  // namespace mlops::report
