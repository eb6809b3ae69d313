#include "diff/worst.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace mlops::diff {

bool worse(const Badness& a, const Badness& b) {
  const auto order = [](const Badness& x) {
    return std::tuple(!x.negative_flip, -x.confidence, -x.growth, x.key_hash);
  };
  return order(a) < order(b);
}

void WorstRows::offer(const Badness& badness, const std::function<WorstRow()>& describe) {
  const auto heap_order = [](const Entry& a, const Entry& b) {
    return worse(a.badness, b.badness);
  };
  if (heap_.size() == limit_) {
    if (!worse(badness, heap_.front().badness)) {
      return;
    }
    std::pop_heap(heap_.begin(), heap_.end(), heap_order);
    heap_.pop_back();
  }
  heap_.push_back({badness, describe()});
  std::push_heap(heap_.begin(), heap_.end(), heap_order);
}

void WorstRows::add(WorstRows&& other) {
  for (Entry& entry : other.heap_) {
    offer(entry.badness, [&] { return std::move(entry.row); });
  }
  other.heap_.clear();
}

std::vector<WorstRow> WorstRows::take() {
  std::sort(heap_.begin(), heap_.end(), [](const Entry& a, const Entry& b) {
    return worse(a.badness, b.badness);
  });
  std::vector<WorstRow> rows;
  for (Entry& entry : heap_) {
    rows.push_back(std::move(entry.row));
  }
  heap_.clear();
  return rows;
}

}  // namespace mlops::diff
