#include "os/clock.h"

#include <thread>

namespace mlops::os {

namespace {

template <typename Clock>
std::chrono::nanoseconds since_epoch() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch());
}

}  // namespace

std::int64_t wall_time_ns() {
  return since_epoch<std::chrono::system_clock>().count();
}

std::chrono::nanoseconds monotonic_time() {
  return since_epoch<std::chrono::steady_clock>();
}

void sleep_for(std::chrono::milliseconds time) {
  std::this_thread::sleep_for(time);
}

}  // namespace mlops::os
