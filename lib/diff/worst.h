#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <vector>

#include "diff/result.h"

namespace mlops::diff {

/// How bad a row is: negative flips come first, by confidence in the wrong answer, then by the
/// growth of the loss; the key decides between equals.
struct Badness {
  bool negative_flip = false;
  double confidence = 0;
  double growth = 0;
  std::uint64_t key_hash = 0;
};
bool worse(const Badness& a, const Badness& b);

/// Keeps the worst rows of a stream, whatever its order.
class WorstRows {
 public:
  explicit WorstRows(std::size_t limit) : limit_(limit) {}
  /// Whether `offer` would keep it: for callers to whom describing costs something.
  bool wants(const Badness& badness) const {
    return heap_.size() < limit_ || worse(badness, heap_.front().badness);
  }
  /// `describe` is called only when the row belongs among the worst so far.
  void offer(const Badness& badness, const std::function<WorstRow()>& describe);
  /// Those of another list.
  void add(WorstRows&& other);
  /// The worst first.
  std::vector<WorstRow> take();

 private:
  struct Entry {
    Badness badness;
    WorstRow row;
  };
  std::size_t limit_;
  std::vector<Entry> heap_;  ///< the least bad on top
};

}  // namespace mlops::diff
