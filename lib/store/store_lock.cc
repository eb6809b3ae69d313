#include "store/store_lock.h"

#include "base/error.h"
#include "base/text.h"

namespace mlops::store {

namespace {

os::FileLock acquire(const fs::path& path,
                     os::LockMode mode,
                     const os::Waiter* waiter,
                     const std::string& waiting_for,
                     const std::string& refusal) {
  if (waiter != nullptr) {
    return os::FileLock::acquire(path, mode, *waiter, waiting_for);
  }
  if (auto lock = os::FileLock::try_acquire(path, mode)) {
    return std::move(*lock);
  }
  throw Error(ErrorKind::locked,
              refusal + os::describe_lock_holders(path),
              "run the command again with --wait, or when that has ended");
}

}  // namespace

os::FileLock lock_store(const Layout& layout, os::LockMode mode, const os::Waiter* waiter) {
  const std::string store = "store " + quote(layout.top.string());
  return acquire(layout.lock(),
                 mode,
                 waiter,
                 mode == os::LockMode::shared ? "waiting for the store"
                                              : "waiting for those who use the store",
                 mode == os::LockMode::shared ? store + " is being cleaned by another process"
                                              : store + " is in use by another process");
}

os::FileLock lock_for_cleaning(const Layout& layout, const os::Waiter* waiter) {
  return acquire(layout.gc_lock(),
                 os::LockMode::exclusive,
                 waiter,
                 "waiting for another gc or repair",
                 "another gc or repair is at work in store " + quote(layout.top.string()));
}

}  // namespace mlops::store
