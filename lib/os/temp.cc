#include <cerrno>

#include <fcntl.h>

#include "os/directory.h"
#include "os/failure.h"
#include "os/file.h"
#include "os/random.h"
#include "os/sys.h"

namespace mlops::os {

namespace {

constexpr std::size_t kRandomCharacters = 16;
constexpr int kNameAttempts = 100;

fs::path random_path(const fs::path& directory, std::string_view prefix) {
  return directory / (std::string(prefix) + random_name(kRandomCharacters));
}

}  // namespace

TempFile::TempFile(const fs::path& directory, std::string_view prefix) {
  for (int attempt = 0; attempt < kNameAttempts && !fd_; ++attempt) {
    path_ = random_path(directory, prefix);
    fd_ = Fd(sys::openat(
        AT_FDCWD, path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!fd_ && errno != EEXIST) {
      break;
    }
  }
  if (!fd_) {
    throw_errno(errno, "create a file in", directory.empty() ? fs::path(".") : directory);
  }
}

TempFile::TempFile(TempFile&& other) noexcept
    : fd_(std::move(other.fd_)), path_(std::move(other.path_)) {
  other.path_.clear();
}

TempFile::~TempFile() {
  if (!path_.empty()) {
    // Nobody can be told; the next gc finds it by its name.
    sys::unlinkat(AT_FDCWD, path_.c_str(), 0);
  }
}

void TempFile::write(std::span<const std::uint8_t> bytes) {
  write_full(fd_, bytes, path_);
}

void TempFile::publish(const fs::path& target,
                       Durability durability,
                       Replace replace,
                       std::uint32_t mode) {
  publish_with_exact_mode(target, durability, replace, without_umask(mode));
}

void TempFile::publish_with_exact_mode(const fs::path& target,
                                       Durability durability,
                                       Replace replace,
                                       std::uint32_t mode) {
  if (sys::fchmod(fd_.get(), mode) != 0) {
    throw_errno(errno, "set the permissions of", path_);
  }
  sync_and_close(std::move(fd_), path_, durability);
  if (replace == Replace::yes) {
    rename_replace(path_, target);
  } else {
    rename_no_replace(path_, target);
  }
  path_.clear();
  if (durability == Durability::durable) {
    const fs::path directory = target.parent_path();
    sync_directory(directory.empty() ? fs::path(".") : directory);
  }
}

TempDir::TempDir(const fs::path& parent, std::string_view prefix) {
  for (int attempt = 0; attempt < kNameAttempts; ++attempt) {
    path_ = random_path(parent, prefix);
    if (sys::mkdirat(AT_FDCWD, path_.c_str(), S_IRWXU) == 0) {
      return;
    }
    if (errno != EEXIST) {
      break;
    }
  }
  throw_errno(errno, "make the directory", path_);
}

TempDir::TempDir(TempDir&& other) noexcept : path_(std::move(other.path_)) {
  other.path_.clear();
}

TempDir::~TempDir() {
  if (path_.empty()) {
    return;
  }
  try {
    remove_tree(path_);
  } catch (const std::exception&) {
    // A destructor has nobody to tell: what is left is garbage with a name that says so.
    return;
  }
}

}  // namespace mlops::os
