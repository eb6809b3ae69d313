#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "os/fd.h"

namespace mlops::os {

enum class LockMode { shared, exclusive };
/// What a command does about a lock that another process holds.
enum class LockWait { no, yes };

/// Common: of several users. Made if needed, for all to read, and opened for reading alone, for
/// nobody may write to, or make, what is another's.
enum class LockFile { ours, common };

/// Who waits: `progress` shows it, `cancel` ends it.
struct Waiter {
  Progress& progress;
  const CancelToken& cancel;
};

/// An flock on a file that is created if needed; the kernel frees it when the process dies, so
/// there are no stale locks. Held until destruction. What is held is always the file of that name:
/// whoever opened one that was removed meanwhile takes the next.
class FileLock {
 public:
  /// Nothing when another process holds it. Error{io} when the file system cannot lock.
  static std::optional<FileLock> try_acquire(const std::filesystem::path& path,
                                             LockMode mode,
                                             LockFile of = LockFile::ours);
  /// The same, but asks again for that long. Error{interrupted}.
  static std::optional<FileLock> try_acquire_for(std::chrono::milliseconds patience,
                                                 const std::filesystem::path& path,
                                                 LockMode mode,
                                                 LockFile of,
                                                 const CancelToken& cancel);
  /// Waits until it has it; `what` ("waiting for another run") is shown meanwhile. Error{io} as
  /// above, Error{interrupted}.
  static FileLock acquire(const std::filesystem::path& path,
                          LockMode mode,
                          const Waiter& waiter,
                          std::string_view what);
  /// Removes the file unless somebody holds the lock, or it is no file. False when it is still
  /// there, or was not.
  static bool remove_free(const std::filesystem::path& path);

 private:
  explicit FileLock(Fd fd);
  Fd fd_;
};

/// Whether a process holds an exclusive lock on a file that may be another user's. Nothing when
/// there is no such file, or it may not be opened.
std::optional<bool> is_held(const std::filesystem::path& path);

/// Who holds a lock: for messages only, it may be over when this returns.
struct LockHolder {
  std::int64_t pid = 0;
  std::string command;  ///< its words; empty when the system does not say
};
/// Processes that hold an flock on the file, as far as the kernel shows them; empty when it does
/// not. Never throws for want of that.
std::vector<LockHolder> find_lock_holders(const std::filesystem::path& path);
/// Sends a signal to process `pid` if the kernel names it as a holder of the lock: a number alone
/// may be another process by now. False, and nothing is sent, when it is not. Error{io} when it may
/// not be signalled.
bool signal_lock_holder(const std::filesystem::path& path, std::int64_t pid, int signal);

/// " (held by process 12: mlops run)"; empty when nobody is known.
std::string describe_lock_holders(const std::filesystem::path& path);

}  // namespace mlops::os
