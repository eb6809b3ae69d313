#include "os/directory.h"

#include <algorithm>
#include <cerrno>
#include <memory>

#include <fcntl.h>

#include <dirent.h>
#include <stdio.h>

#include "os/failure.h"
#include "os/fault.h"
#include "os/sightings.h"
#include "os/sys.h"

namespace mlops::os {

namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

std::int64_t nanoseconds(const timespec& time) {
  constexpr std::int64_t kPerSecond = 1'000'000'000;
  std::int64_t out = 0;
  // A file system may hold a year that 64 bits of nanoseconds do not reach.
  if (__builtin_mul_overflow(static_cast<std::int64_t>(time.tv_sec), kPerSecond, &out) ||
      __builtin_add_overflow(out, static_cast<std::int64_t>(time.tv_nsec), &out)) {
    return time.tv_sec < 0 ? INT64_MIN : INT64_MAX;
  }
  return out;
}

FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) {
    return FileKind::regular;
  }
  if (S_ISDIR(mode)) {
    return FileKind::directory;
  }
  return S_ISLNK(mode) ? FileKind::symlink : FileKind::other;
}

mode_t read_umask() {
  const mode_t mask = ::umask(077);
  ::umask(mask);
  return mask;
}

// Read before main, because asking for the umask sets it for all threads for a moment.
const mode_t kUmask = read_umask();

}  // namespace

FileStat to_file_stat(const struct ::stat& info) {
  FileStat out;
  out.kind = kind_of(info.st_mode);
  out.size = static_cast<std::uint64_t>(info.st_size);
  out.mode = info.st_mode & 07777U;
  out.owner = info.st_uid;
  out.dev = info.st_dev;
  out.ino = info.st_ino;
  out.nlink = info.st_nlink;
  out.mtime_ns = nanoseconds(info.st_mtim);
  out.ctime_ns = nanoseconds(info.st_ctim);
  return out;
}

std::vector<std::string> list_open_directory(Fd directory, const fs::path& name_for_errors) {
  const std::unique_ptr<DIR, CloseDirectory> stream(::fdopendir(directory.get()));
  if (!stream) {
    throw_errno(errno, "list", name_for_errors);
  }
  sightings::saw(directory.get(), ".", Sighting::Of::target, Sighting::What::names, 0);
  directory.release();
  std::vector<std::string> names;
  for (;;) {
    errno = fault::next("readdir");
    const dirent* const entry = errno != 0 ? nullptr : ::readdir(stream.get());
    if (entry == nullptr) {
      break;
    }
    std::string name = entry->d_name;
    if (name != "." && name != "..") {
      names.push_back(std::move(name));
    }
  }
  if (errno != 0) {
    throw_errno(errno, "list", name_for_errors);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string read_link_at(int directory, const char* leaf, const fs::path& name_for_errors) {
  std::string target(256, '\0');
  for (;;) {
    const ssize_t size = sys::readlinkat(directory, leaf, target.data(), target.size());
    if (size < 0) {
      throw_errno(errno, "read the link", name_for_errors);
    }
    // A full buffer may hold a cut target.
    if (static_cast<std::size_t>(size) < target.size()) {
      target.resize(static_cast<std::size_t>(size));
      return target;
    }
    target.resize(2 * target.size());
  }
}

int rename_no_replace_at(int from_directory,
                         const char* from,
                         int to_directory,
                         const char* to) noexcept {
  const int renamed = sys::renameat2(from_directory, from, to_directory, to, RENAME_NOREPLACE);
  if (renamed == 0 || (errno != EINVAL && errno != ENOSYS)) {
    return renamed;
  }
  // By hand; only files have links.
  if (sys::linkat(from_directory, from, to_directory, to) != 0) {
    return -1;
  }
  return sys::unlinkat(from_directory, from, 0);
}

std::uint32_t without_umask(std::uint32_t mode) {
  return mode & ~kUmask;
}

}  // namespace mlops::os
