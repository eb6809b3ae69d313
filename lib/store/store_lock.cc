#include "store/store_lock.h"

#include "base/error.h"
#include "base/text.h"

namespace mlops::store {

os::FileLock lock_store(const Layout& layout, os::LockMode mode, const os::Waiter* waiter) {
  auto lock = waiter == nullptr
                  ? os::FileLock::try_acquire(layout.lock(), mode)
                  : os::FileLock::acquire(layout.lock(), mode, *waiter, "waiting for the store");
  if (!lock) {
    throw Error(ErrorKind::locked,
                "store " + quote(layout.top.string()) +
                    (mode == os::LockMode::shared ? " is being cleaned by another process"
                                                  : " is in use by another process"),
                "run the command again with --wait, or when that has ended");
  }
  return std::move(*lock);
}

}  // namespace mlops::store
