#pragma once

#include <filesystem>
#include <optional>

#include "os/fd.h"

namespace mlops::os {

enum class LockMode { shared, exclusive };
enum class LockWait { no, yes };

/// An flock on a file that is created if needed; the kernel frees it when the process dies, so
/// there are no stale locks. Held until destruction.
class FileLock {
 public:
  /// Nothing when another process holds it and `wait` is no. Error{io} when the file system cannot
  /// lock.
  static std::optional<FileLock> acquire(const std::filesystem::path& path,
                                         LockMode mode,
                                         LockWait wait);

 private:
  explicit FileLock(Fd fd);
  Fd fd_;
};

}  // namespace mlops::os
