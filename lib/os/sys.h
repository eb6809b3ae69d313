#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>

/// The system calls that touch files, each with two additions: it asks the fault plan first, and it
/// starts again after EINTR. Otherwise as in the manual: -1 and errno. For the sources of this
/// room.
namespace mlops::os::sys {

int openat(int directory, const char* path, int flags, mode_t mode = 0) noexcept;
/// openat2 with `resolve` (RESOLVE_*); ENOSYS where the kernel has none.
int openat2(int directory, const char* path, int flags, std::uint64_t resolve) noexcept;
/// Closes in any case, also when the fault plan reports an error.
int close(int fd) noexcept;
int fstat(int fd, struct stat& out) noexcept;
int fstatat(int directory, const char* path, struct stat& out, int flags) noexcept;
ssize_t read(int fd, void* out, std::size_t size) noexcept;
ssize_t pread(int fd, void* out, std::size_t size, off_t offset) noexcept;
ssize_t write(int fd, const void* bytes, std::size_t size) noexcept;
ssize_t pwrite(int fd, const void* bytes, std::size_t size, off_t offset) noexcept;
/// Never started again: after a failed sync the pages may be gone while a second one succeeds.
int fsync(int fd) noexcept;
int fdatasync(int fd) noexcept;
int fchmod(int fd, mode_t mode) noexcept;
int chmod(const char* path, mode_t mode) noexcept;
int mkdirat(int directory, const char* path, mode_t mode) noexcept;
int unlinkat(int directory, const char* path, int flags) noexcept;
int symlinkat(const char* target, int directory, const char* path) noexcept;
int linkat(int from_directory, const char* from, int to_directory, const char* to) noexcept;
ssize_t readlinkat(int directory, const char* path, char* out, std::size_t size) noexcept;
int renameat2(int from_directory,
              const char* from,
              int to_directory,
              const char* to,
              unsigned int flags) noexcept;
int flock(int fd, int operation) noexcept;
/// ioctl(FICLONE): shares the blocks of `from`, if the file system can.
int clone_file(int to, int from) noexcept;
/// ioctl(FICLONERANGE): the same for a part; `length` is not 0.
int clone_range(
    int to, off_t to_offset, int from, off_t from_offset, std::uint64_t length) noexcept;
ssize_t copy_file_range(
    int from, off_t from_offset, int to, off_t to_offset, std::size_t length) noexcept;
int free_bytes(const char* path, std::uint64_t& out) noexcept;
void* map_readable(int fd, std::size_t size) noexcept;  ///< nullptr on error
/// As the effective user, following links.
int faccessat(int directory, const char* path, int mode) noexcept;

}  // namespace mlops::os::sys
