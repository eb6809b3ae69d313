#pragma once

#include <sys/types.h>

namespace mlops::os {

/// Remembers a process group of ours for as long as it lives, so that a second interrupt, which
/// ends mlops at once, takes the children with it. Lock-free; a few hundred groups at a time, more
/// are simply not remembered.
class RememberedGroup {
 public:
  explicit RememberedGroup(pid_t group) noexcept;
  ~RememberedGroup();
  RememberedGroup(const RememberedGroup&) = delete;
  RememberedGroup& operator=(const RememberedGroup&) = delete;

 private:
  int slot_ = -1;
};

/// SIGKILL to every remembered group. Async-signal-safe.
void kill_remembered_groups() noexcept;

}  // namespace mlops::os
