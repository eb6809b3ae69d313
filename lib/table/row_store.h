#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::table {

/// Rows of fields held in memory, compactly: one or more length bytes and the text per field, eight
/// bytes per row. One thread.
class RowStore {
 public:
  explicit RowStore(std::size_t columns) : columns_(columns) {}
  void append(const std::vector<std::string_view>& fields);
  /// Away with all rows; the memory is kept for others.
  void clear();
  /// The fields of a row, as views that stay valid until the next append.
  void read(std::uint64_t row, std::vector<std::string_view>& fields) const;
  std::uint64_t size() const { return offsets_.size(); }
  std::uint64_t memory_bytes() const;

 private:
  std::size_t columns_;
  std::vector<std::uint64_t> offsets_;
  std::string bytes_;  ///< per field: LEB128 length, text
};

}  // namespace mlops::table
