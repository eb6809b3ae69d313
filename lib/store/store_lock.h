#pragma once

#include "os/lock.h"
#include "store/layout.h"

namespace mlops::store {

/// The store's lock: shared for whoever writes or checks, exclusive for whoever takes packs away.
/// While another process holds it the other way: waits, or without a waiter Error{locked}.
os::FileLock lock_store(const Layout& layout, os::LockMode mode, const os::Waiter* waiter);

}  // namespace mlops::store
