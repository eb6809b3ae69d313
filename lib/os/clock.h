#pragma once

#include <chrono>
#include <cstdint>

namespace mlops::os {

/// Wall clock, nanoseconds since the epoch: for records that people read, never for decisions.
std::int64_t wall_time_ns();
/// Monotonic: for durations and deadlines.
std::chrono::nanoseconds monotonic_time();
/// For short waits between two looks at something.
void sleep_for(std::chrono::milliseconds time);

}  // namespace mlops::os
