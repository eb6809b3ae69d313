#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "table/table.h"

namespace mlops::table {

/// A column that a scan is asked for.
struct WantedColumn {
  /// `values`: numbers may come without their spelling, which takes longer to make than to read
  /// where a file has none. What the number does not tell, one of 2^53 or more, always has one.
  enum class Need { values, spelling };
  std::string name;
  Need need = Need::spelling;
};

/// Values of one column, in the order of the rows: what they are, numbers and texts apart, so that
/// who looks at numbers reads nothing else. Texts live during the callback only.
class ScannedColumn {
 public:
  std::size_t size() const { return size_; }
  Cell::Kind kind(std::size_t i) const { return kinds_[i]; }
  double number(std::size_t i) const { return numbers_[i]; }  ///< 0: it is none
  std::string_view text(std::size_t i) const { return texts_[i]; }
  Cell operator[](std::size_t i) const { return {kinds_[i], numbers_[i], texts_[i]}; }
  /// The text, or what a number without one would have.
  std::string spelling(std::size_t i) const;

  void resize(std::size_t size);
  void push_back(const Cell& cell) {
    resize(size_ + 1);
    put(size_ - 1, cell);
  }
  void put(std::size_t i, const Cell& cell) {
    kinds_[i] = cell.kind;
    numbers_[i] = cell.number;
    texts_[i] = cell.text;
  }
  /// A number that needs no text; `is_whole`: its type has no fractions.
  void put_number(std::size_t i, double number, bool is_whole) {
    kinds_[i] = Cell::Kind::number;
    numbers_[i] = number;
    texts_[i] = {};
    is_whole_ = is_whole;
  }

 private:
  std::size_t size_ = 0;  ///< of what the three have
  std::vector<Cell::Kind> kinds_;
  std::vector<double> numbers_;
  std::vector<std::string_view> texts_;
  bool is_whole_ = false;
};

/// Some rows of one table: as many as its reader found at once.
struct ScannedRows {
  std::uint64_t first = 0;  ///< number of the first one, from 0
  std::size_t size = 0;
  std::vector<ScannedColumn> columns;
};

}  // namespace mlops::table
