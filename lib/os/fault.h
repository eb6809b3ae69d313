#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::os::fault {

/// Fault injection for tests: every wrapper of this room that changes or reads a file asks here
/// first. Plans: "17:EIO" (call 17 fails once with EIO), "17+:ENOSPC" (17 and all later calls),
/// "17:kill" (SIGKILL before call 17), "17:short" and "17+:short" (where they move bytes, they move
/// half of them), "count" (count only), "trace" (count and record), "off". One plan a process,
/// armed while no other thread is inside this room; an unknown plan is Error{usage}. Without a plan
/// the cost is one relaxed load.
void arm(std::string_view plan);
/// Calls counted since arm().
std::uint64_t calls() noexcept;

/// A call as the plan "trace" records it, in the order in which the calls began.
struct Call {
  std::string name;  ///< of the system call
  std::string path;  ///< absolute, as the kernel names it; of a rename or link the old name
  std::string to;    ///< of a rename or link the new name, else empty
  int flags = 0;     ///< of openat, renameat2 and unlinkat
  std::string data;  ///< of a write its bytes
};
/// What was recorded since arm("trace").
std::vector<Call> trace();
/// As arm("trace"), and `before` is told of each call before it happens, on the thread that makes
/// it: a test can change underneath what the code has just looked at. It must not throw, nor come
/// back into this room. The next arm() ends it.
void watch(std::function<void(const Call&)> before);

/// What a call is about: an open descriptor, a path in an open directory (or AT_FDCWD), or both
/// names of a rename or link; what a simulation of the disk must know beyond them.
struct Subject {
  int fd = kNothing;
  const char* path = nullptr;
  int to_directory = kNothing;
  const char* to = nullptr;
  int flags = 0;
  std::string_view data = {};
  static constexpr int kNothing = -1;
};
/// Returns 0, or the errno that the caller must report instead of calling the kernel. `call` names
/// the system call.
int next(const char* call, const Subject& subject = {}) noexcept;
/// The same for a call that moves up to `size` bytes: a plan may leave it fewer, though not none.
int next_transfer(const char* call, const Subject& subject, std::size_t& size) noexcept;

}  // namespace mlops::os::fault
