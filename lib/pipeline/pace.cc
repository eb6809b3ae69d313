#include "pipeline/pace.h"

#include <algorithm>

#include "os/clock.h"

namespace mlops::pipeline {

namespace {

constexpr int kPauses = 9;  ///< as long as the action itself
constexpr std::chrono::nanoseconds kMostPause = std::chrono::seconds(1);

}  // namespace

bool Pace::is_due() const {
  return os::monotonic_time() >= next_;
}

void Pace::run(const std::function<void()>& action) {
  const auto start = os::monotonic_time();
  action();
  const auto end = os::monotonic_time();
  next_ = end + std::min(kPauses * (end - start), kMostPause);
}

}  // namespace mlops::pipeline
