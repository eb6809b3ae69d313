#include "os/clock.h"

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

}  // namespace mlops::os
