#pragma once

#include "os/lock.h"
#include "store/layout.h"

namespace mlops::store {

/// The store's lock: shared for whoever writes or checks, exclusive for whoever takes packs away.
/// While another process holds it the other way: waits, or without a waiter Error{locked}.
os::FileLock lock_store(const Layout& layout, os::LockMode mode, const os::Waiter* waiter);

/// Held by gc and repair from before they look to after the last pack is gone: neither takes away
/// what the other has just relied on. Always taken before the store's lock.
os::FileLock lock_for_cleaning(const Layout& layout, const os::Waiter* waiter);

}  // namespace mlops::store
