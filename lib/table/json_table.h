#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "table/json_line.h"

namespace mlops::table {

/// Lines of JSON as rows of one table: the first object names the columns, in its order; each one
/// after it has the same keys, in any order. One thread.
class JsonTable {
 public:
  /// `name` is how messages call the file.
  explicit JsonTable(std::string name) : parser_(std::move(name)) {}
  JsonTable(const JsonTable&) = delete;  // what finds the columns looks into them
  JsonTable& operator=(const JsonTable&) = delete;

  /// False for an empty line. Error{config} with the line's number for what is no row of the table.
  bool take(std::string_view line, std::uint64_t number);
  const std::vector<std::string>& columns() const { return columns_; }
  /// The last row's, by column; null is empty. Valid as long as the line and until the next `take`.
  const std::vector<std::string_view>& values() const { return values_; }

 private:
  void take_columns();
  void place_by_key();
  void fail_missing() const;

  JsonLineParser parser_;
  std::vector<std::string> columns_;
  std::unordered_map<std::string_view, std::size_t> column_of_;
  std::vector<std::string_view> values_;
  std::vector<bool> is_set_;
};

}  // namespace mlops::table
