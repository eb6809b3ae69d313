#include "os/sys.h"

#include <cerrno>
#include <cstdio>

#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/fs.h>
#include <linux/openat2.h>

#include "os/fault.h"
#include "os/sightings.h"

namespace mlops::os::sys {

namespace {

using fault::Subject;

/// The result of `call`, -1 with errno if the fault plan says so.
template <typename Call>
auto once(const char* name, const Subject& subject, Call call) noexcept -> decltype(call()) {
  if (const int planned = fault::next(name, subject); planned != 0) {
    errno = planned;
    return -1;
  }
  return call();
}

template <typename Call>
auto until_not_interrupted(const char* name, const Subject& subject, Call call) noexcept
    -> decltype(call()) {
  for (;;) {
    const auto result = once(name, subject, call);
    if (result != -1 || errno != EINTR) {
      return result;
    }
  }
}

/// Likewise for what moves bytes: `call` is told how many it may.
template <typename Call>
ssize_t move_bytes(const char* name, const Subject& subject, std::size_t size, Call call) noexcept {
  for (;;) {
    std::size_t allowed = size;
    ssize_t result = -1;
    if (const int planned = fault::next_transfer(name, subject, allowed); planned != 0) {
      errno = planned;
    } else {
      result = call(allowed);
    }
    if (result != -1 || errno != EINTR) {
      return result;
    }
  }
}

using sightings::saw;
using Of = Sighting::Of;
using What = Sighting::What;

int problem_of(ssize_t result) noexcept {
  return result < 0 ? errno : 0;
}

/// What we create tells nothing of what was there. A directory is a way until it is listed; no
/// directory is not nothing.
void saw_open(int fd, int directory, const char* path, int flags) noexcept {
  if ((flags & O_CREAT) == 0) {
    const int problem = problem_of(fd);
    const bool is_way = (flags & (O_PATH | O_DIRECTORY)) != 0;
    const bool is_other = problem == ENOTDIR && (flags & O_DIRECTORY) != 0;
    saw(directory,
        path,
        (flags & O_NOFOLLOW) != 0 ? Of::entry : Of::target,
        is_way && !is_other ? What::way : What::something,
        is_other ? 0 : problem);
  }
  sightings::opened(fd, directory, path);
}

}  // namespace

int openat(int directory, const char* path, int flags, mode_t mode) noexcept {
  Subject subject{directory, path};
  subject.flags = flags;
  const int fd = until_not_interrupted(
      "openat", subject, [&] { return ::openat(directory, path, flags | O_CLOEXEC, mode); });
  saw_open(fd, directory, path, flags);
  return fd;
}

int openat2(int directory, const char* path, int flags, std::uint64_t resolve) noexcept {
  open_how how{};
  how.flags = static_cast<unsigned int>(flags | O_CLOEXEC);
  how.resolve = resolve;
  const int fd = until_not_interrupted("openat2", Subject{directory, path}, [&] {
    return static_cast<int>(::syscall(SYS_openat2, directory, path, &how, sizeof(how)));
  });
  const bool takes_links = (resolve & RESOLVE_NO_SYMLINKS) == 0;
  saw_open(fd, directory, path, takes_links ? flags : flags | O_NOFOLLOW);
  return fd;
}

int close(int fd) noexcept {
  const int planned = fault::next("close", {fd});
  // On Linux the descriptor is gone even after EINTR: closing again could hit another thread's.
  const int result = ::close(fd);
  if (planned != 0) {
    errno = planned;
    return -1;
  }
  return result == -1 && errno == EINTR ? 0 : result;
}

int fstat(int fd, struct stat& out) noexcept {
  return until_not_interrupted("fstat", Subject{fd}, [&] { return ::fstat(fd, &out); });
}

int fstatat(int directory, const char* path, struct stat& out, int flags) noexcept {
  const int result = until_not_interrupted(
      "fstatat", Subject{directory, path}, [&] { return ::fstatat(directory, path, &out, flags); });
  const bool is_entry = (flags & AT_SYMLINK_NOFOLLOW) != 0;
  saw(directory, path, is_entry ? Of::entry : Of::target, What::something, problem_of(result));
  return result;
}

ssize_t read(int fd, void* out, std::size_t size) noexcept {
  return move_bytes(
      "read", Subject{fd}, size, [&](std::size_t allowed) { return ::read(fd, out, allowed); });
}

ssize_t pread(int fd, void* out, std::size_t size, off_t offset) noexcept {
  return move_bytes("pread", Subject{fd}, size, [&](std::size_t allowed) {
    return ::pread(fd, out, allowed, offset);
  });
}

ssize_t write(int fd, const void* bytes, std::size_t size) noexcept {
  Subject subject{fd};
  subject.data = {static_cast<const char*>(bytes), size};
  return move_bytes(
      "write", subject, size, [&](std::size_t allowed) { return ::write(fd, bytes, allowed); });
}

ssize_t pwrite(int fd, const void* bytes, std::size_t size, off_t offset) noexcept {
  Subject subject{fd};
  subject.data = {static_cast<const char*>(bytes), size};
  return move_bytes("pwrite", subject, size, [&](std::size_t allowed) {
    return ::pwrite(fd, bytes, allowed, offset);
  });
}

int fsync(int fd) noexcept {
  return once("fsync", Subject{fd}, [&] { return ::fsync(fd); });
}

int fdatasync(int fd) noexcept {
  return once("fdatasync", Subject{fd}, [&] { return ::fdatasync(fd); });
}

int chmod(const char* path, mode_t mode) noexcept {
  return until_not_interrupted(
      "chmod", Subject{AT_FDCWD, path}, [&] { return ::chmod(path, mode); });
}

int fchmod(int fd, mode_t mode) noexcept {
  return until_not_interrupted("fchmod", Subject{fd}, [&] { return ::fchmod(fd, mode); });
}

int mkdirat(int directory, const char* path, mode_t mode) noexcept {
  return until_not_interrupted(
      "mkdirat", Subject{directory, path}, [&] { return ::mkdirat(directory, path, mode); });
}

int unlinkat(int directory, const char* path, int flags) noexcept {
  Subject subject{directory, path};
  subject.flags = flags;
  return until_not_interrupted(
      "unlinkat", subject, [&] { return ::unlinkat(directory, path, flags); });
}

int symlinkat(const char* target, int directory, const char* path) noexcept {
  return until_not_interrupted(
      "symlinkat", Subject{directory, path}, [&] { return ::symlinkat(target, directory, path); });
}

int linkat(int from_directory, const char* from, int to_directory, const char* to) noexcept {
  return until_not_interrupted("linkat", Subject{from_directory, from, to_directory, to}, [&] {
    return ::linkat(from_directory, from, to_directory, to, 0);
  });
}

ssize_t readlinkat(int directory, const char* path, char* out, std::size_t size) noexcept {
  const ssize_t result = until_not_interrupted("readlinkat", Subject{directory, path}, [&] {
    return ::readlinkat(directory, path, out, size);
  });
  saw(directory, path, Of::entry, What::something, problem_of(result));
  return result;
}

int renameat2(int from_directory,
              const char* from,
              int to_directory,
              const char* to,
              unsigned int flags) noexcept {
  Subject subject{from_directory, from, to_directory, to};
  subject.flags = static_cast<int>(flags);
  return until_not_interrupted("renameat2", subject, [&] {
    return ::renameat2(from_directory, from, to_directory, to, flags);
  });
}

int flock(int fd, int operation) noexcept {
  return until_not_interrupted("flock", Subject{fd}, [&] { return ::flock(fd, operation); });
}

int clone_file(int to, int from) noexcept {
  return until_not_interrupted("ficlone", Subject{to}, [&] { return ::ioctl(to, FICLONE, from); });
}

int clone_range(
    int to, off_t to_offset, int from, off_t from_offset, std::uint64_t length) noexcept {
  file_clone_range range{};
  range.src_fd = from;
  range.src_offset = static_cast<std::uint64_t>(from_offset);
  range.src_length = length;
  range.dest_offset = static_cast<std::uint64_t>(to_offset);
  return until_not_interrupted(
      "ficlonerange", Subject{to}, [&] { return ::ioctl(to, FICLONERANGE, &range); });
}

ssize_t copy_file_range(
    int from, off_t from_offset, int to, off_t to_offset, std::size_t length) noexcept {
  return move_bytes("copy_file_range", Subject{to}, length, [&](std::size_t allowed) {
    return ::copy_file_range(from, &from_offset, to, &to_offset, allowed, 0);
  });
}

int free_bytes(const char* path, std::uint64_t& out) noexcept {
  sightings::lose("the room on a disk");
  struct statvfs info {};
  const int result = until_not_interrupted(
      "statvfs", Subject{AT_FDCWD, path}, [&] { return ::statvfs(path, &info); });
  out = static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
  return result;
}

void* map_readable(int fd, std::size_t size) noexcept {
  if (const int planned = fault::next("mmap", {fd}); planned != 0) {
    errno = planned;
    return nullptr;
  }
  void* const address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  return address == MAP_FAILED ? nullptr : address;
}

int faccessat(int directory, const char* path, int mode) noexcept {
  const int result = until_not_interrupted("faccessat", Subject{directory, path}, [&] {
    return ::faccessat(directory, path, mode, AT_EACCESS);
  });
  // Whoever may not is told by the mode of what is there.
  const int problem = problem_of(result);
  saw(directory, path, Of::target, What::something, problem == EACCES ? 0 : problem);
  return result;
}

}  // namespace mlops::os::sys
