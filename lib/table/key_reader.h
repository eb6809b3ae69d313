#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace mlops::table {

/// The cells of a key, in the order of the request.
using KeyCells = std::vector<std::string_view>;

/// Takes the key out of clean records (LineScanner). One thread.
class KeyReader {
 public:
  /// `positions` of the key's columns in the file.
  KeyReader(std::vector<std::size_t> positions, char delimiter);
  /// The cells are views into the record.
  void read(std::string_view record, KeyCells& cells);

 private:
  std::vector<std::size_t> positions_;
  char delimiter_;
  std::vector<std::string_view> fields_;
};

/// Whether keys that hold this cell are same_value exactly where their bytes are equal: it is
/// spelled as canonical_label would.
bool is_canonical(std::string_view cell);
bool is_canonical(const KeyCells& key);
/// What is said of a key that is not.
inline constexpr const char* kOddKey = "a key that is a number spelled in an unusual way";
/// A strict order of keys, by cells: shorter ones first, then by bytes. Below 0, 0 or above. What
/// counts is that it is one order, and that ids in file order mostly ascend in it.
int compare_keys(const KeyCells& a, const KeyCells& b);

}  // namespace mlops::table
