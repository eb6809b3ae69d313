#include "os/lock.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>

#include "os/failure.h"
#include "os/sys.h"

namespace mlops::os {

FileLock::FileLock(Fd fd) : fd_(std::move(fd)) {}

std::optional<FileLock> FileLock::acquire(const std::filesystem::path& path,
                                          LockMode mode,
                                          LockWait wait) {
  Fd fd(sys::openat(AT_FDCWD, path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW, 0666));
  if (!fd) {
    throw_errno(errno, "open the lock", path);
  }
  const int kind = mode == LockMode::shared ? LOCK_SH : LOCK_EX;
  const int patience = wait == LockWait::yes ? 0 : LOCK_NB;
  if (sys::flock(fd.get(), kind | patience) == 0) {
    return FileLock(std::move(fd));
  }
  if (errno == EWOULDBLOCK && wait == LockWait::no) {
    return std::nullopt;
  }
  throw_errno(errno, "lock", path);
}

}  // namespace mlops::os
