#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"
#include "os/directory.h"
#include "os/failure.h"
#include "os/file.h"
#include "os/sys.h"

namespace mlops::os {

namespace {

/// Calls `read_some` until the buffer is full or the file ends.
template <typename ReadSome>
std::size_t fill(std::span<std::uint8_t> buffer, const fs::path& name, ReadSome read_some) {
  std::size_t done = 0;
  while (done < buffer.size()) {
    const ssize_t got = read_some(buffer.subspan(done), done);
    if (got < 0) {
      throw_errno(errno, "read", name);
    }
    if (got == 0) {
      break;
    }
    done += static_cast<std::size_t>(got);
  }
  return done;
}

bool is_absent(int error_number) {
  return error_number == ENOENT || error_number == ENOTDIR;
}

std::string read_open_file(const Fd& fd, std::uint64_t max_bytes, const fs::path& name) {
  const auto too_large = [&] {
    throw Error(ErrorKind::config,
                fmt::format("{} is larger than {} bytes", quote(name.native()), max_bytes));
  };
  const FileStat info = stat_fd(fd, name);
  if (info.kind == FileKind::directory) {
    throw_errno(EISDIR, "read", name);
  }
  if (info.size > max_bytes) {
    too_large();
  }
  // The size is a hint only: the file may grow, and /proc says 0.
  std::string content;
  std::size_t done = 0;
  std::size_t step = static_cast<std::size_t>(info.size) + 1;
  for (;;) {
    content.resize(done + step);
    const std::size_t got =
        read_full(fd, {reinterpret_cast<std::uint8_t*>(content.data()) + done, step}, name);
    done += got;
    if (done > max_bytes) {
      too_large();
    }
    if (got < step) {
      content.resize(done);
      return content;
    }
    step = std::max<std::size_t>(done, 4096);
  }
}

}  // namespace

std::string read_standard_input(std::uint64_t max_bytes) {
  const fs::path name = "standard input";
  const Fd input(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (!input) {
    throw_errno(errno, "read", name);
  }
  return read_open_file(input, max_bytes, name);
}

std::uint32_t current_user() noexcept {
  return ::geteuid();
}

std::uint32_t current_group() noexcept {
  return ::getegid();
}

std::optional<FileStat> lstat_file(const fs::path& path) {
  struct stat info {};
  if (sys::fstatat(AT_FDCWD, path.c_str(), info, AT_SYMLINK_NOFOLLOW) == 0) {
    return to_file_stat(info);
  }
  if (is_absent(errno)) {
    return std::nullopt;
  }
  throw_errno(errno, "examine", path);
}

FileStat stat_fd(const Fd& fd, const fs::path& name_for_errors) {
  struct stat info {};
  if (sys::fstat(fd.get(), info) != 0) {
    throw_errno(errno, "examine", name_for_errors);
  }
  return to_file_stat(info);
}

std::string read_file(const fs::path& path, std::uint64_t max_bytes) {
  return read_open_file(open_read(path), max_bytes, path);
}

std::optional<std::string> read_file_if_exists(const fs::path& path, std::uint64_t max_bytes) {
  const Fd fd(sys::openat(AT_FDCWD, path.c_str(), O_RDONLY | O_NONBLOCK));
  if (fd) {
    return read_open_file(fd, max_bytes, path);
  }
  if (is_absent(errno)) {
    return std::nullopt;
  }
  throw_errno(errno, "open", path);
}

std::optional<Fd> open_regular(const fs::path& path) {
  Fd fd(sys::openat(AT_FDCWD, path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  if (!fd) {
    if (is_absent(errno)) {
      return std::nullopt;
    }
    throw_errno(errno, "open", path);
  }
  if (stat_fd(fd, path).kind != FileKind::regular) {
    throw Error(ErrorKind::io, "not a regular file: " + quote(path.native()));
  }
  return fd;
}

Fd open_read(const fs::path& path) {
  // O_NONBLOCK: a FIFO in the place of a file must not hang us; regular files do not care.
  Fd fd(sys::openat(AT_FDCWD, path.c_str(), O_RDONLY | O_NONBLOCK));
  if (!fd) {
    throw_errno(errno, "open", path, is_absent(errno) ? ErrorKind::not_found : ErrorKind::io);
  }
  return fd;
}

std::size_t read_full(const Fd& fd, std::span<std::uint8_t> buffer, const fs::path& name) {
  return fill(buffer, name, [&](std::span<std::uint8_t> rest, std::size_t) {
    return sys::read(fd.get(), rest.data(), rest.size());
  });
}

std::size_t pread_full(const Fd& fd,
                       std::span<std::uint8_t> buffer,
                       std::uint64_t offset,
                       const fs::path& name) {
  if (offset > INT64_MAX - buffer.size()) {
    throw_errno(EOVERFLOW, "read", name);
  }
  return fill(buffer, name, [&](std::span<std::uint8_t> rest, std::size_t done) {
    return sys::pread(fd.get(), rest.data(), rest.size(), static_cast<off_t>(offset + done));
  });
}

std::string read_link(const fs::path& path) {
  return read_link_at(AT_FDCWD, path.c_str(), path);
}

std::vector<std::string> list_directory(const fs::path& path) {
  Fd fd(sys::openat(AT_FDCWD, path.c_str(), O_RDONLY | O_DIRECTORY));
  if (!fd) {
    throw_errno(errno, "list", path);
  }
  return list_open_directory(std::move(fd), path);
}

std::uint64_t free_disk_bytes(const fs::path& path) {
  std::uint64_t bytes = 0;
  if (sys::free_bytes(path.c_str(), bytes) != 0) {
    throw_errno(errno, "examine the disk of", path);
  }
  return bytes;
}

}  // namespace mlops::os
