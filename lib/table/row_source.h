#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace mlops::table {

/// Some columns of a table's rows in file order, some rows at a time. One thread.
class RowSource {
 public:
  static constexpr std::size_t kMostRows = 2048;  ///< that `next` goes to

  virtual ~RowSource() = default;
  /// Goes to the next rows and says how many there are; 0 at the end.
  virtual std::size_t next() = 0;
  /// The fields of row `row` of the current rows, null being empty. Valid until `next`.
  virtual void fields(std::size_t row, std::vector<std::string_view>& fields) const = 0;
};

}  // namespace mlops::table
