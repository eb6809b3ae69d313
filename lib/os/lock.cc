#include "os/lock.h"

#include <cerrno>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>

#include "os/failure.h"
#include "os/sys.h"

namespace mlops::os {

namespace {

constexpr auto kBetweenTries = std::chrono::milliseconds(50);

Fd open_lock(const std::filesystem::path& path) {
  Fd fd(sys::openat(AT_FDCWD, path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW, 0666));
  if (!fd) {
    throw_errno(errno, "open the lock", path);
  }
  return fd;
}

bool try_lock(const Fd& fd, const std::filesystem::path& path, LockMode mode) {
  const int kind = mode == LockMode::shared ? LOCK_SH : LOCK_EX;
  if (sys::flock(fd.get(), kind | LOCK_NB) == 0) {
    return true;
  }
  if (errno != EWOULDBLOCK) {
    throw_errno(errno, "lock", path);
  }
  return false;
}

}  // namespace

FileLock::FileLock(Fd fd) : fd_(std::move(fd)) {}

std::optional<FileLock> FileLock::try_acquire(const std::filesystem::path& path, LockMode mode) {
  Fd fd = open_lock(path);
  return try_lock(fd, path, mode) ? std::optional(FileLock(std::move(fd))) : std::nullopt;
}

FileLock FileLock::acquire(const std::filesystem::path& path,
                           LockMode mode,
                           const Waiter& waiter,
                           std::string_view what) {
  Fd fd = open_lock(path);
  if (try_lock(fd, path, mode)) {
    return FileLock(std::move(fd));
  }
  // Asked again and again: a blocking flock misses a signal that comes just before it.
  waiter.progress.begin(what, 0, 0);
  while (!try_lock(fd, path, mode)) {
    waiter.cancel.check();
    waiter.progress.advance(0, 0);
    std::this_thread::sleep_for(kBetweenTries);
  }
  waiter.progress.end();
  return FileLock(std::move(fd));
}

}  // namespace mlops::os
