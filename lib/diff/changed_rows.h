#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "diff/cells.h"
#include "diff/result.h"

namespace mlops::diff {

/// The first changed rows of a stream by their keys, whatever its order: null before numbers before
/// texts, numbers by value, texts by bytes; without key columns by the row's number. Memory is that
/// of the rows kept.
class ChangedRows {
 public:
  explicit ChangedRows(std::size_t limit) : limit_(limit) {}
  /// Counts a row; `describe` fills all but the key, and is called only when the row is kept.
  void offer(const RowRef& at, const std::function<void(ChangedRow&)>& describe);
  std::uint64_t seen() const { return seen_; }
  /// The rows by their keys.
  std::vector<ChangedRow> take();

 private:
  struct Entry {
    std::vector<HeldCell> key;
    ChangedRow row;
  };
  static bool before(const Entry& a, const Entry& b);

  std::size_t limit_;
  std::uint64_t seen_ = 0;
  std::vector<Entry> heap_;  ///< the last one on top
};

}  // namespace mlops::diff
