#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace mlops::os {

/// What the kernel says about this machine and our place on it. Never throws for want of its files.

/// How many processes the kernel killed for want of memory since it started; nothing when it does
/// not say.
std::optional<std::uint64_t> oom_kill_count();
/// NVIDIA devices that this machine has.
std::uint64_t gpu_count();
/// Of this process.
std::int64_t process_id();
/// This process, its parent, and so on, up to the first one that may not be seen.
std::vector<std::int64_t> list_ancestors();

}  // namespace mlops::os
