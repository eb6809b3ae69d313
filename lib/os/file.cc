#include "os/file.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>

#include "base/text.h"
#include "os/directory.h"
#include "os/failure.h"
#include "os/sys.h"

namespace mlops::os {

namespace {

fs::path directory_of(const fs::path& path) {
  const fs::path parent = path.parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

[[noreturn]] void throw_exists(const fs::path& path) {
  throw Error(ErrorKind::conflict, quote(path.native()) + " already exists");
}

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void copy_content(const Fd& from,
                  const fs::path& from_name,
                  const Fd& to,
                  const fs::path& to_name) {
  if (sys::clone_file(to.get(), from.get()) == 0) {
    return;
  }
  std::array<std::uint8_t, 1U << 16U> buffer{};
  for (;;) {
    const std::size_t got = read_full(from, buffer, from_name);
    write_full(to, std::span(buffer).first(got), to_name);
    if (got < buffer.size()) {
      return;
    }
  }
}

}  // namespace

void write_full(const Fd& fd, std::span<const std::uint8_t> bytes, const fs::path& name) {
  while (!bytes.empty()) {
    const ssize_t written = sys::write(fd.get(), bytes.data(), bytes.size());
    if (written < 0) {
      throw_errno(errno, "write", name);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void set_mode(const Fd& fd, std::uint32_t mode, const fs::path& name) {
  set_exact_mode(fd, without_umask(mode), name);
}

void set_exact_mode(const Fd& fd, std::uint32_t mode, const fs::path& name) {
  if (sys::fchmod(fd.get(), mode) != 0) {
    throw_errno(errno, "set the permissions of", name);
  }
}

void sync_and_close(Fd fd, const fs::path& name, Durability durability) {
  if (durability == Durability::durable && sys::fdatasync(fd.get()) != 0) {
    throw_errno(errno, "sync", name);
  }
  if (sys::close(fd.release()) != 0) {
    throw_errno(errno, "close", name);
  }
}

void write_file_atomic(const fs::path& path,
                       std::string_view content,
                       Durability durability,
                       std::uint32_t mode) {
  const std::optional<FileStat> old = lstat_file(path);
  TempFile file(directory_of(path));
  file.write(bytes_of(content));
  const bool keeps_mode = old && old->kind == FileKind::regular;
  if (keeps_mode) {
    file.publish_with_exact_mode(path, durability, TempFile::Replace::yes, old->mode);
  } else {
    file.publish(path, durability, TempFile::Replace::yes, mode);
  }
}

void make_directories(const fs::path& path, Durability durability) {
  if (path.empty()) {
    return;
  }
  int made = sys::mkdirat(AT_FDCWD, path.c_str(), 0777);
  const fs::path parent = path.parent_path();
  if (made != 0 && errno == ENOENT && parent != path) {
    make_directories(parent, durability);
    made = sys::mkdirat(AT_FDCWD, path.c_str(), 0777);
  }
  if (made == 0) {
    if (durability == Durability::durable) {
      sync_directory(directory_of(path));
    }
    return;
  }
  const int why = errno;
  struct stat info {};
  // EROFS and EACCES come before EEXIST on some systems: what counts is that it is there.
  if (sys::fstatat(AT_FDCWD, path.c_str(), info, 0) != 0) {
    throw_errno(why, "make the directory", path);
  }
  if (!S_ISDIR(info.st_mode)) {
    throw_errno(ENOTDIR, "make the directory", path);
  }
}

void make_private_directory(const fs::path& path) {
  if (sys::mkdirat(AT_FDCWD, path.c_str(), 0700) != 0 && errno != EEXIST) {
    throw_errno(errno, "make the directory", path);
  }
  const auto info = lstat_file(path);
  if (!info || info->kind != FileKind::directory || info->owner != current_user() ||
      (info->mode & 077U) != 0) {
    throw Error(ErrorKind::io,
                "the directory '" + path.string() + "' is not ours alone",
                "remove it, or set XDG_RUNTIME_DIR to a directory of yours with mode 0700");
  }
}

namespace {

/// Appears with its mode: whoever sees it may use it.
void make_directory_with_mode(const fs::path& path, std::uint32_t mode) {
  const TempDir made(path.parent_path(), path.filename().native() + ".tmp-");
  const fs::path whole = made.path() / "whole";
  if (sys::mkdirat(AT_FDCWD, whole.c_str(), 0700) != 0) {
    throw_errno(errno, "make the directory", path);
  }
  const Fd fd(sys::openat(AT_FDCWD, whole.c_str(), O_RDONLY | O_DIRECTORY));
  if (!fd) {
    throw_errno(errno, "make the directory", path);
  }
  set_exact_mode(fd, mode, path);
  try {
    rename_no_replace(whole, path);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::conflict) {
      throw;
    }
    // Somebody else was faster.
  }
}

}  // namespace

void make_common_directory(const fs::path& path) {
  constexpr std::uint32_t kMode = 01777;
  if (!lstat_file(path)) {
    make_directory_with_mode(path, kMode);
  }
  const auto info = lstat_file(path);
  if (!info || info->kind != FileKind::directory || info->mode != kMode) {
    throw Error(ErrorKind::io,
                "the directory '" + path.string() + "' is not one for all users",
                "remove it, or set TMPDIR to another directory");
  }
}

void make_readable_directory(const fs::path& path) {
  constexpr std::uint32_t kMode = 0755;
  if (!lstat_file(path)) {
    make_directory_with_mode(path, kMode);
  }
  const auto info = lstat_file(path);
  if (!info || info->kind != FileKind::directory || info->owner != current_user() ||
      info->mode != kMode) {
    throw Error(ErrorKind::io,
                "the directory '" + path.string() + "' is not ours",
                "its owner has to remove it; or set TMPDIR to another directory");
  }
}

void sync_directory(const fs::path& path) {
  Fd fd(sys::openat(AT_FDCWD, path.c_str(), O_RDONLY | O_DIRECTORY));
  if (!fd) {
    throw_errno(errno, "sync the directory", path);
  }
  if (sys::fsync(fd.get()) != 0) {
    throw_errno(errno, "sync the directory", path);
  }
}

bool remove_file(const fs::path& path) {
  if (sys::unlinkat(AT_FDCWD, path.c_str(), 0) == 0) {
    return true;
  }
  if (errno == ENOENT || errno == ENOTDIR) {
    return false;
  }
  throw_errno(errno, "remove", path);
}

void rename_no_replace(const fs::path& from, const fs::path& to) {
  if (rename_no_replace_at(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str()) == 0) {
    return;
  }
  if (errno == EEXIST) {
    throw_exists(to);
  }
  throw_errno(errno, "rename " + quote(from.native()) + " to", to);
}

void rename_replace(const fs::path& from, const fs::path& to) {
  if (sys::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), 0) != 0) {
    throw_errno(errno, "rename " + quote(from.native()) + " to", to);
  }
}

void copy_file(const fs::path& from, const fs::path& to) {
  const std::optional<Fd> source = open_regular(from);
  if (!source) {
    throw_errno(ENOENT, "copy", from, ErrorKind::not_found);
  }
  TempFile copy(directory_of(to));
  copy_content(*source, from, copy.fd(), copy.path());
  copy.publish_with_exact_mode(
      to, Durability::relaxed, TempFile::Replace::no, stat_fd(*source, from).mode & 0777U);
}

}  // namespace mlops::os
