#pragma once

#include <chrono>
#include <functional>

namespace mlops::pipeline {

/// Spreads what takes long and has to be done again and again: it gets a tenth of the time at most,
/// and its turn after a second at the latest. One thread.
class Pace {
 public:
  bool is_due() const;
  /// Does it, due or not.
  void run(const std::function<void()>& action);

 private:
  std::chrono::nanoseconds next_{0};  ///< on the monotonic clock
};

}  // namespace mlops::pipeline
