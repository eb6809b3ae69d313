#include "os/sandbox.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sched.h>

namespace mlops::os {

namespace {

bool write_text(const char* path, const char* text) noexcept {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd == -1) {
    return false;
  }
  const auto size = static_cast<ssize_t>(std::strlen(text));
  const bool is_written = ::write(fd, text, static_cast<std::size_t>(size)) == size;
  const int number = errno;
  ::close(fd);
  errno = number;
  return is_written;
}

/// The user stays who he is: files in the sandbox belong to him as outside.
bool map_user(uid_t user, gid_t group) noexcept {
  std::array<char, 64> user_map{};
  std::array<char, 64> group_map{};
  std::snprintf(user_map.data(), user_map.size(), "%u %u 1", user, user);
  std::snprintf(group_map.data(), group_map.size(), "%u %u 1", group, group);
  return write_text("/proc/self/setgroups", "deny") &&
         write_text("/proc/self/uid_map", user_map.data()) &&
         write_text("/proc/self/gid_map", group_map.data());
}

/// Mounts of our own: at once as root, else in a namespace of user_map.
bool leave_namespace() noexcept {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(CLONE_NEWNS) == 0) {
    return true;
  }
  return errno == EPERM && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && map_user(user, group);
}

/// A new mount keeps what the old one forbids; the kernel insists on it.
unsigned long kept_flags(const char* path) noexcept {
  struct ::statvfs info {};
  if (::statvfs(path, &info) != 0) {
    return 0;
  }
  unsigned long flags = 0;
  const auto keep = [&](unsigned long said, unsigned long flag) {
    if ((info.f_flag & said) != 0) {
      flags |= flag;
    }
  };
  keep(ST_NOSUID, MS_NOSUID);
  keep(ST_NODEV, MS_NODEV);
  keep(ST_NOEXEC, MS_NOEXEC);
  keep(ST_NOATIME, MS_NOATIME);
  keep(ST_NODIRATIME, MS_NODIRATIME);
  keep(ST_RELATIME, MS_RELATIME);
  return flags;
}

bool share(const Sandbox::Shared& shared) noexcept {
  const char* target = shared.target.c_str();
  return ::mount(shared.source.c_str(), target, nullptr, MS_BIND | MS_REC, nullptr) == 0 &&
         ::mount(nullptr,
                 target,
                 nullptr,
                 MS_BIND | MS_REMOUNT | MS_RDONLY | kept_flags(target),
                 nullptr) == 0;
}

}  // namespace

bool enter_sandbox(const Sandbox& sandbox) noexcept {
  if (!leave_namespace() || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return false;
  }
  for (const auto& shared : sandbox.shared) {
    if (!share(shared)) {
      return false;
    }
  }
  return ::mount(
             sandbox.view.c_str(), sandbox.directory.c_str(), nullptr, MS_BIND | MS_REC, nullptr) ==
         0;
}

bool can_sandbox() {
  static const bool kCan = [] {
    const Sandbox probe{"/proc", "/proc", {}};
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::_exit(enter_sandbox(probe) ? 0 : 1);
    }
    int status = 1;
    while (pid > 0 && ::waitpid(pid, &status, 0) == -1 && errno == EINTR) {
    }
    return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }();
  return kCan;
}

}  // namespace mlops::os
