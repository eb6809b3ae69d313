#pragma once

#include <cstdint>
#include <string_view>

namespace mlops::os::fault {

/// Fault injection for tests: every wrapper of this room that changes or reads a file asks here
/// first. Plans: "17:EIO" (call 17 fails once with EIO), "17+:ENOSPC" (17 and all later calls),
/// "17:kill" (SIGKILL before call 17), "count" (count only), "off". One plan a process, armed while
/// no other thread is inside this room; an unknown plan is Error{usage}. Without a plan the cost is
/// one relaxed load.
void arm(std::string_view plan);
/// Calls counted since arm().
std::uint64_t calls() noexcept;
/// Returns 0, or the errno that the caller must report instead of calling the kernel. `call` names
/// the system call.
int next(const char* call) noexcept;

}  // namespace mlops::os::fault
