#include "os/process_group.h"

#include <array>
#include <atomic>
#include <csignal>

namespace mlops::os {

namespace {

static_assert(std::atomic<pid_t>::is_always_lock_free);
std::array<std::atomic<pid_t>, 512> groups{};

}  // namespace

RememberedGroup::RememberedGroup(pid_t group) noexcept {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    pid_t nobody = 0;
    if (groups[i].compare_exchange_strong(nobody, group)) {
      slot_ = static_cast<int>(i);
      return;
    }
  }
}

RememberedGroup::~RememberedGroup() {
  if (slot_ >= 0) {
    groups[static_cast<std::size_t>(slot_)].store(0);
  }
}

void kill_remembered_groups() noexcept {
  for (const std::atomic<pid_t>& slot : groups) {
    const pid_t group = slot.load();
    if (group > 0) {
      ::kill(-group, SIGKILL);
    }
  }
}

}  // namespace mlops::os
