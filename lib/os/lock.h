#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "base/cancel.h"
#include "base/progress.h"
#include "os/fd.h"

namespace mlops::os {

enum class LockMode { shared, exclusive };
/// What a command does about a lock that another process holds.
enum class LockWait { no, yes };

/// Who waits: `progress` shows it, `cancel` ends it.
struct Waiter {
  Progress& progress;
  const CancelToken& cancel;
};

/// An flock on a file that is created if needed; the kernel frees it when the process dies, so
/// there are no stale locks. Held until destruction.
class FileLock {
 public:
  /// Nothing when another process holds it. Error{io} when the file system cannot lock.
  static std::optional<FileLock> try_acquire(const std::filesystem::path& path, LockMode mode);
  /// Waits until it has it; `what` ("waiting for another run") is shown meanwhile. Error{io} as
  /// above, Error{interrupted}.
  static FileLock acquire(const std::filesystem::path& path,
                          LockMode mode,
                          const Waiter& waiter,
                          std::string_view what);

 private:
  explicit FileLock(Fd fd);
  Fd fd_;
};

}  // namespace mlops::os
