#pragma once

#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace mlops::store {

/// Buffers to be used again: touching new pages costs more than filling old ones. Any thread.
class SpareMemory {
 public:
  /// One that was given back, as it was, or an empty one.
  std::vector<std::uint8_t> take() {
    const std::lock_guard lock(mutex_);
    if (buffers_.empty()) {
      return {};
    }
    std::vector<std::uint8_t> buffer = std::move(buffers_.back());
    buffers_.pop_back();
    return buffer;
  }
  void give_back(std::vector<std::uint8_t> buffer) {
    const std::lock_guard lock(mutex_);
    buffers_.push_back(std::move(buffer));
  }

 private:
  std::mutex mutex_;
  std::vector<std::vector<std::uint8_t>> buffers_;
};

}  // namespace mlops::store
