#include "os/lock.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "os/failure.h"
#include "os/file.h"
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

Fd open_common_lock(const std::filesystem::path& path) {
  constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
  constexpr std::uint32_t kMode = 0644;
  Fd fd(sys::openat(AT_FDCWD, path.c_str(), kFlags));
  if (!fd && errno == ENOENT) {
    fd = Fd(sys::openat(AT_FDCWD, path.c_str(), kFlags | O_CREAT | O_EXCL, kMode));
    if (fd) {
      set_exact_mode(fd, kMode, path);
    } else if (errno == EEXIST) {
      fd = Fd(sys::openat(AT_FDCWD, path.c_str(), kFlags));
    }
  }
  if (!fd) {
    throw_errno(errno, "open the lock", path);
  }
  if (stat_fd(fd, path).kind != FileKind::regular) {
    throw Error(ErrorKind::io, "not a regular file: " + quote(path.native()));
  }
  return fd;
}

/// The first words of a process; empty when it may not be seen.
std::string command_of(std::int64_t pid) {
  constexpr std::size_t kMaxCommand = 80;
  std::ifstream file("/proc/" + std::to_string(pid) + "/cmdline");
  std::string text(kMaxCommand, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  while (text.ends_with('\0')) {
    text.pop_back();
  }
  std::replace(text.begin(), text.end(), '\0', ' ');
  return text;
}

/// A file that was removed after it was opened locks nothing out.
bool is_still_named(const Fd& fd, const std::filesystem::path& path) {
  const auto named = lstat_file(path);
  const auto held = stat_fd(fd, path);
  return named && named->dev == held.dev && named->ino == held.ino;
}

/// An open lock file that this process holds, or nothing when another one does.
Fd try_lock(const std::filesystem::path& path, LockMode mode, LockFile of) {
  const int kind = mode == LockMode::shared ? LOCK_SH : LOCK_EX;
  for (;;) {
    Fd fd = of == LockFile::ours ? open_lock(path) : open_common_lock(path);
    if (sys::flock(fd.get(), kind | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) {
        throw_errno(errno, "lock", path);
      }
      return {};
    }
    if (is_still_named(fd, path)) {
      return fd;
    }
  }
}

}  // namespace

FileLock::FileLock(Fd fd) : fd_(std::move(fd)) {}

std::optional<FileLock> FileLock::try_acquire(const std::filesystem::path& path,
                                              LockMode mode,
                                              LockFile of) {
  Fd fd = try_lock(path, mode, of);
  return fd ? std::optional(FileLock(std::move(fd))) : std::nullopt;
}

std::optional<FileLock> FileLock::try_acquire_for(std::chrono::milliseconds patience,
                                                  const std::filesystem::path& path,
                                                  LockMode mode,
                                                  LockFile of,
                                                  const CancelToken& cancel) {
  constexpr auto kShortly = std::chrono::milliseconds(5);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto lock = try_acquire(path, mode, of);
    if (lock || std::chrono::steady_clock::now() >= deadline) {
      return lock;
    }
    cancel.check();
    std::this_thread::sleep_for(kShortly);
  }
}

FileLock FileLock::acquire(const std::filesystem::path& path,
                           LockMode mode,
                           const Waiter& waiter,
                           std::string_view what) {
  Fd fd = try_lock(path, mode, LockFile::ours);
  if (fd) {
    return FileLock(std::move(fd));
  }
  // Asked again and again: a blocking flock misses a signal that comes just before it.
  waiter.progress.begin(what, 0, 0);
  while (!fd) {
    waiter.cancel.check();
    waiter.progress.advance(0, 0);
    std::this_thread::sleep_for(kBetweenTries);
    fd = try_lock(path, mode, LockFile::ours);
  }
  waiter.progress.end();
  return FileLock(std::move(fd));
}

bool FileLock::remove_free(const std::filesystem::path& path) {
  const auto stat = lstat_file(path);
  if (!stat || stat->kind != FileKind::regular) {
    return false;
  }
  const auto held = try_acquire(path, LockMode::exclusive);
  return held && remove_file(path);
}

std::optional<bool> is_held(const std::filesystem::path& path) {
  const Fd fd(sys::openat(AT_FDCWD, path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  if (!fd || stat_fd(fd, path).kind != FileKind::regular) {
    return std::nullopt;
  }
  if (sys::flock(fd.get(), LOCK_SH | LOCK_NB) == 0) {
    return false;
  }
  return errno == EWOULDBLOCK ? std::optional(true) : std::nullopt;
}

std::vector<LockHolder> find_lock_holders(const std::filesystem::path& path) {
  std::vector<LockHolder> holders;
  const auto stat = lstat_file(path);
  std::ifstream locks("/proc/locks");
  std::string line;
  // "1: FLOCK  ADVISORY  WRITE 4242 08:01:131090 0 EOF"; "->" marks one that waits.
  while (stat && std::getline(locks, line)) {
    std::istringstream words(line);
    std::string number;
    std::string kind;
    std::string advice;
    std::string mode;
    std::int64_t pid = 0;
    std::string file;
    words >> number >> kind >> advice >> mode >> pid >> file;
    const std::string inode = ":" + std::to_string(stat->ino);
    if (!words || kind != "FLOCK" || !file.ends_with(inode) || pid <= 0) {
      continue;
    }
    holders.push_back({pid, command_of(pid)});
  }
  return holders;
}

bool signal_lock_holder(const std::filesystem::path& path, std::int64_t pid, int signal) {
  if (pid <= 0 || pid > INT_MAX) {
    return false;
  }
  // The handle first: what it stands for cannot become another process between look and signal.
  const Fd handle(static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0)));
  if (!handle) {
    if (errno == ESRCH) {
      return false;
    }
    throw_errno(errno, "signal the process that holds", path);
  }
  const auto holders = find_lock_holders(path);
  if (std::none_of(
          holders.begin(), holders.end(), [&](const LockHolder& one) { return one.pid == pid; })) {
    return false;
  }
  if (::syscall(SYS_pidfd_send_signal, handle.get(), signal, nullptr, 0) != 0) {
    if (errno == ESRCH) {
      return false;
    }
    throw_errno(errno, "signal the process that holds", path);
  }
  return true;
}

std::string describe_lock_holders(const std::filesystem::path& path) {
  std::string text;
  for (const LockHolder& holder : find_lock_holders(path)) {
    text += (text.empty() ? " (held by process " : ", ") + std::to_string(holder.pid);
    if (!holder.command.empty()) {
      text += ": " + holder.command;
    }
  }
  return text.empty() ? text : text + ")";
}

}  // namespace mlops::os
