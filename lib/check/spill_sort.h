#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <queue>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "check/radix_sort.h"
#include "check/spill_file.h"

namespace mlops::check {

/// Records that are added in any order and read in ascending order, as often as wanted. What does
/// not fit into memory lies in the spill file, in sorted runs. A record is made of plain numbers
/// without padding and has operator<; where it has `merge_equal(Record&, const Record&)` too,
/// records that are neither less nor greater are merged into one. One thread.
template <typename Record>
class SpillSort {
  static_assert(std::is_trivially_copyable_v<Record>);
  static constexpr bool kMerges = requires(Record & a, const Record& b) { merge_equal(a, b); };

 public:
  explicit SpillSort(SpillFile& file) : file_(file) {}

  void add(const Record& record) {
    held_.push_back(record);
    if (held_.size() >= next_look_) {
      look();
    }
  }

  /// Reads all records. The sort must not change, and outlives it.
  class Cursor {
   public:
    explicit Cursor(const SpillSort& sort);
    std::optional<Record> next();

   private:
    struct Run {
      std::uint64_t offset = 0;  ///< of what is not read yet
      std::uint64_t left = 0;
      std::vector<Record> block;
      std::size_t at = 0;
    };
    struct Head {
      Record record;
      std::size_t run;
      bool operator<(const Head& other) const {  // the queue gives the greatest
        return other.record < record || (!(record < other.record) && other.run < run);
      }
    };
    std::optional<Record> next_unmerged();
    void push(std::size_t run);

    const SpillSort& sort_;
    std::size_t held_at_ = 0;  ///< where nothing was spilled
    std::vector<Run> runs_;
    std::priority_queue<Head> heads_;
    std::optional<Record> ahead_;
  };
  Cursor read() {
    sort_held();
    return Cursor(*this);
  }
  /// What `read` would do first, and once.
  void finish() { sort_held(); }

 private:
  struct Extent {
    std::uint64_t offset;
    std::uint64_t count;
  };
  static constexpr std::size_t kFirstLook = 65'536;
  static constexpr std::size_t kBlock = 4096;

  void sort_held();
  void look();

  SpillFile& file_;
  std::vector<Record> held_;
  std::size_t sorted_ = 0;  ///< of the held ones, the first
  std::size_t next_look_ = kBlock;
  std::vector<Extent> runs_;
};

template <typename Record>
void SpillSort<Record>::sort_held() {
  if (sorted_ == held_.size()) {
    return;
  }
  const auto added = held_.begin() + static_cast<std::ptrdiff_t>(sorted_);
  sort_records(std::span<Record>(&*added, static_cast<std::size_t>(held_.end() - added)));
  std::inplace_merge(held_.begin(), added, held_.end());
  if constexpr (kMerges) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < held_.size(); ++i) {
      if (kept > 0 && !(held_[kept - 1] < held_[i])) {
        merge_equal(held_[kept - 1], held_[i]);
      } else {
        held_[kept++] = held_[i];
      }
    }
    held_.resize(kept);
  }
  sorted_ = held_.size();
}

/// Whether what is held has to go to the file: where merging halves it, it may stay.
template <typename Record>
void SpillSort<Record>::look() {
  const std::size_t most = std::max(kBlock, file_.share_bytes() / sizeof(Record));
  const bool is_full = held_.size() >= most;
  if (kMerges || is_full) {
    sort_held();
  }
  if (is_full && 2 * held_.size() > most) {
    const std::uint64_t offset = file_.append(
        {reinterpret_cast<const std::uint8_t*>(held_.data()), held_.size() * sizeof(Record)});
    runs_.push_back({offset, held_.size()});
    held_.clear();
    sorted_ = 0;
  }
  next_look_ = std::min(most, kMerges ? std::max(kFirstLook, 2 * held_.size()) : most);
}

template <typename Record>
SpillSort<Record>::Cursor::Cursor(const SpillSort& sort) : sort_(sort) {
  if (sort.runs_.empty()) {
    return;
  }
  for (const Extent& extent : sort.runs_) {
    runs_.push_back({extent.offset, extent.count, {}, 0});
  }
  runs_.push_back({});  // what is held
  for (std::size_t run = 0; run < runs_.size(); ++run) {
    push(run);
  }
}

template <typename Record>
void SpillSort<Record>::Cursor::push(std::size_t run) {
  Run& from = runs_[run];
  if (run + 1 == runs_.size()) {
    if (from.at < sort_.held_.size()) {
      heads_.push({sort_.held_[from.at++], run});
    }
    return;
  }
  if (from.at == from.block.size() && from.left > 0) {
    from.block.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, from.left)));
    const std::size_t bytes = from.block.size() * sizeof(Record);
    sort_.file_.read(from.offset, {reinterpret_cast<std::uint8_t*>(from.block.data()), bytes});
    from.offset += bytes;
    from.left -= from.block.size();
    from.at = 0;
  }
  if (from.at < from.block.size()) {
    heads_.push({from.block[from.at++], run});
  }
}

template <typename Record>
std::optional<Record> SpillSort<Record>::Cursor::next_unmerged() {
  if (heads_.empty()) {
    return std::nullopt;
  }
  const Head head = heads_.top();
  heads_.pop();
  push(head.run);
  return head.record;
}

template <typename Record>
std::optional<Record> SpillSort<Record>::Cursor::next() {
  if (sort_.runs_.empty()) {  // what is held is sorted, and merged
    const bool is_there = held_at_ < sort_.held_.size();
    return is_there ? std::optional(sort_.held_[held_at_++]) : std::nullopt;
  }
  if constexpr (!kMerges) {
    return next_unmerged();
  } else {
    std::optional<Record> record = ahead_ ? ahead_ : next_unmerged();
    ahead_.reset();
    while (record && (ahead_ = next_unmerged())) {
      if (*record < *ahead_) {
        break;
      }
      merge_equal(*record, *ahead_);
      ahead_.reset();
    }
    return record;
  }
}

}  // namespace mlops::check
