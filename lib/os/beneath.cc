#include "os/beneath.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>

#include "base/text.h"
#include "os/directory.h"
#include "os/failure.h"
#include "os/random.h"
#include "os/sys.h"

namespace mlops::os {

namespace {

constexpr std::uint64_t kStayBeneath =
    RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
// O_PATH: a directory that we may search but not read is still a way.
constexpr int kWayFlags = O_PATH | O_DIRECTORY | O_NOFOLLOW;
// Without O_NOFOLLOW: with it the kernel says ENOTDIR, not ELOOP, of a link in the last place.
constexpr int kResolvedWayFlags = O_PATH | O_DIRECTORY;
constexpr int kAttempts = 100;

/// What the kernel says of a path, as far as callers must tell it apart.
enum class Obstacle { absent, link, file_in_the_way, changed, other };

Obstacle obstacle_of(int error_number) {
  switch (error_number) {
    case ENOENT:
      return Obstacle::absent;
    case ELOOP:
    case EXDEV:
      return Obstacle::link;
    case ENOTDIR:
      return Obstacle::file_in_the_way;
    case EAGAIN:
      return Obstacle::changed;
    default:
      return Obstacle::other;
  }
}

[[noreturn]] void refuse_path(std::string_view relative, std::string_view why) {
  throw Error(ErrorKind::conflict, quote(relative) + " " + std::string(why));
}

/// Throws unless `relative` is "a/b/c" with no empty, "." or ".." component and no NUL.
void check_shape(std::string_view relative) {
  if (relative.find('\0') != std::string_view::npos) {
    refuse_path(relative, "holds a NUL byte");
  }
  // Not by split: this is asked for every file of a tree.
  for (std::size_t begin = 0; begin <= relative.size();) {
    const std::size_t end = std::min(relative.find('/', begin), relative.size());
    const std::string_view component = relative.substr(begin, end - begin);
    if (component.empty() || component == "." || component == "..") {
      refuse_path(relative, "is not a plain path beneath the directory");
    }
    begin = end + 1;
  }
}

/// One step down. The kernel says ENOTDIR for a link here; that is told apart as ELOOP.
Fd open_component(int directory, const std::string& name) {
  Fd next(sys::openat(directory, name.c_str(), kWayFlags));
  if (next || errno != ENOTDIR) {
    return next;
  }
  struct stat info {};
  if (sys::fstatat(directory, name.c_str(), info, AT_SYMLINK_NOFOLLOW) != 0) {
    return {};
  }
  errno = ENOTDIR;
  if (S_ISLNK(info.st_mode)) {
    errno = ELOOP;
  } else if (S_ISDIR(info.st_mode)) {
    errno = EAGAIN;
  }
  return {};
}

Fd open_by_components(int root, std::string_view relative) {
  Fd current(sys::openat(root, ".", kWayFlags));
  for (const std::string_view component : split(relative, '/')) {
    if (!current) {
      return {};
    }
    current = open_component(current.get(), std::string(component));
  }
  return current;
}

/// Of a handle that is only a way.
int sync_at(int directory) {
  const Fd synced(sys::openat(directory, ".", kDirectoryFlags));
  return synced ? sys::fsync(synced.get()) : -1;
}

std::string leaf_of(std::string_view relative) {
  return std::string(relative.substr(relative.rfind('/') + 1));
}

/// The path with its last component replaced.
std::string beside(std::string_view relative, std::string_view leaf) {
  const std::size_t slash = relative.rfind('/');
  const std::string_view parent =
      slash == std::string_view::npos ? std::string_view() : relative.substr(0, slash + 1);
  return std::string(parent) + std::string(leaf);
}

}  // namespace

Beneath::Beneath(Fd fd, fs::path path, Resolve resolve)
    : fd_(std::move(fd)), path_(std::move(path)), resolve_(resolve) {}

Beneath Beneath::open(const fs::path& directory, Resolve resolve) {
  Fd fd(sys::openat(AT_FDCWD, directory.c_str(), O_RDONLY | O_DIRECTORY));
  if (!fd) {
    throw_errno(errno, "open the directory", directory);
  }
  if (resolve == Resolve::automatic) {
    const Fd probe(sys::openat2(fd.get(), ".", kResolvedWayFlags, kStayBeneath));
    // EPERM: seccomp filters of old container engines.
    if (!probe && (errno == ENOSYS || errno == EPERM)) {
      resolve = Resolve::component_wise;
    }
  }
  return {std::move(fd), directory, resolve};
}

Beneath Beneath::enter(std::string_view relative) const {
  return {open_directory(relative), path_ / relative, resolve_};
}

bool Beneath::has_directory_times() const {
  struct statfs info {};
  if (::fstatfs(fd_.get(), &info) != 0) {
    return false;
  }
  switch (static_cast<unsigned long>(info.f_type)) {
    case EXT4_SUPER_MAGIC:  // ext2 and ext3 too
    case XFS_SUPER_MAGIC:
    case BTRFS_SUPER_MAGIC:
    case F2FS_SUPER_MAGIC:
    case TMPFS_MAGIC:
    case OVERLAYFS_SUPER_MAGIC:
      return true;
    default:
      return false;
  }
}

void Beneath::fail(int error_number, std::string_view action, std::string_view relative) const {
  switch (obstacle_of(error_number)) {
    case Obstacle::link:
      refuse_path(relative, "leads through a symbolic link");
    case Obstacle::changed:
      refuse_path(relative, "changed while it was used");
    case Obstacle::file_in_the_way:
      refuse_path(relative, "needs a directory where there is a file");
    case Obstacle::absent:
      throw_errno(error_number, action, path_ / relative, ErrorKind::not_found);
    case Obstacle::other:
      throw_errno(error_number, action, path_ / relative);
  }
  throw_errno(error_number, action, path_ / relative);
}

Fd Beneath::try_open_directory(std::string_view relative) const {
  if (relative.empty()) {
    return Fd(sys::openat(fd_.get(), ".", kWayFlags));
  }
  // The kernel takes at most PATH_MAX bytes at once; deeper trees go step by step.
  if (resolve_ == Resolve::component_wise || relative.size() >= PATH_MAX) {
    return open_by_components(fd_.get(), relative);
  }
  const std::string path(relative);
  return Fd(sys::openat2(fd_.get(), path.c_str(), kResolvedWayFlags, kStayBeneath));
}

Beneath::Parent Beneath::try_open_parent(std::string_view relative) const {
  check_shape(relative);
  Parent parent;
  parent.leaf = leaf_of(relative);
  if (parent.leaf.size() == relative.size()) {
    parent.fd = fd_.get();
    return parent;
  }
  parent.opened = try_open_directory(relative.substr(0, relative.size() - parent.leaf.size() - 1));
  parent.fd = parent.opened.get();
  return parent;
}

Beneath::Parent Beneath::open_parent(std::string_view relative) const {
  Parent parent = try_open_parent(relative);
  if (!parent) {
    fail(errno, "open the directory of", relative);
  }
  return parent;
}

/// A directory handle that can be listed and synced; "" is the top itself.
Fd Beneath::open_directory(std::string_view relative) const {
  if (!relative.empty()) {
    check_shape(relative);
  }
  const Fd way = try_open_directory(relative);
  if (!way) {
    fail(errno, "open the directory", relative);
  }
  Fd directory(sys::openat(way.get(), ".", kDirectoryFlags));
  if (!directory) {
    fail(errno, "open the directory", relative);
  }
  return directory;
}

std::optional<FileStat> Beneath::lstat(std::string_view relative) const {
  const Parent parent = try_open_parent(relative);
  struct stat info {};
  if (parent && sys::fstatat(parent.fd, parent.leaf.c_str(), info, AT_SYMLINK_NOFOLLOW) == 0) {
    return to_file_stat(info);
  }
  const Obstacle obstacle = obstacle_of(errno);
  if (obstacle == Obstacle::absent || obstacle == Obstacle::file_in_the_way) {
    return std::nullopt;
  }
  fail(errno, "examine", relative);
}

Fd Beneath::open_file(std::string_view relative) const {
  const Parent parent = open_parent(relative);
  Fd file(sys::openat(parent.fd, parent.leaf.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  if (!file) {
    fail(errno, "open", relative);
  }
  if (stat_fd(file, path_ / relative).kind != FileKind::regular) {
    refuse_path(relative, "is not a regular file");
  }
  return file;
}

std::string Beneath::read_link(std::string_view relative) const {
  const Parent parent = open_parent(relative);
  return read_link_at(parent.fd, parent.leaf.c_str(), path_ / relative);
}

std::vector<std::string> Beneath::list(std::string_view relative) const {
  return list_open_directory(open_directory(relative), path_ / relative);
}

void Beneath::make_directories(std::string_view relative, Durability durability) const {
  if (relative.empty()) {
    return;
  }
  check_shape(relative);
  Fd current = try_open_directory("");
  for (const std::string_view component : split(relative, '/')) {
    if (!current) {
      fail(errno, "make the directory", relative);
    }
    const std::string name(component);
    Fd next = open_component(current.get(), name);
    if (!next && errno == ENOENT) {
      if (sys::mkdirat(current.get(), name.c_str(), 0777) != 0 && errno != EEXIST) {
        fail(errno, "make the directory", relative);
      }
      if (durability == Durability::durable && sync_at(current.get()) != 0) {
        throw_errno(errno, "sync the directory of", path_ / relative);
      }
      next = open_component(current.get(), name);
    }
    current = std::move(next);
  }
  if (!current) {
    fail(errno, "make the directory", relative);
  }
}

std::pair<std::string, Fd> Beneath::create_temp_beside(std::string_view relative) const {
  const Parent parent = open_parent(relative);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::string name = ".mlops-tmp-" + random_name(16);
    Fd file(sys::openat(
        parent.fd, name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (file) {
      return {beside(relative, name), std::move(file)};
    }
    if (errno != EEXIST) {
      break;
    }
  }
  fail(errno, "create a file beside", relative);
}

Fd Beneath::create_file(std::string_view relative, std::uint32_t mode) const {
  const Parent parent = open_parent(relative);
  Fd file(
      sys::openat(parent.fd, parent.leaf.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode));
  if (!file) {
    if (errno == EEXIST) {
      refuse_path(relative, "already exists and is not replaced");
    }
    fail(errno, "create", relative);
  }
  return file;
}

void Beneath::rename(std::string_view from, std::string_view to) const {
  const Parent old_place = open_parent(from);
  const Parent new_place = open_parent(to);
  struct stat info {};
  if (sys::fstatat(old_place.fd, old_place.leaf.c_str(), info, AT_SYMLINK_NOFOLLOW) != 0) {
    fail(errno, "rename", from);
  }
  // A directory would silently replace an empty directory.
  const unsigned int flags = S_ISDIR(info.st_mode) ? RENAME_NOREPLACE : 0;
  if (sys::renameat2(
          old_place.fd, old_place.leaf.c_str(), new_place.fd, new_place.leaf.c_str(), flags) == 0) {
    return;
  }
  if (errno == EISDIR || errno == EEXIST || errno == ENOTEMPTY) {
    refuse_path(to, "already exists and is not replaced");
  }
  if (errno == EXDEV) {
    throw_errno(errno, "rename " + quote(from) + " to", path_ / to);
  }
  fail(errno, "rename " + quote(from) + " to", to);
}

void Beneath::move(std::string_view from, const Beneath& other, std::string_view to) const {
  const Parent old_place = open_parent(from);
  const Parent new_place = other.open_parent(to);
  if (rename_no_replace_at(
          old_place.fd, old_place.leaf.c_str(), new_place.fd, new_place.leaf.c_str()) == 0) {
    return;
  }
  if (errno == EEXIST) {
    refuse_path(to, "already exists and is not replaced");
  }
  // Both directories are open: what is absent now is `from`, and nothing else can be a link.
  throw_errno(errno,
              "move " + quote((path_ / from).native()) + " to",
              other.path_ / to,
              errno == ENOENT ? ErrorKind::not_found : ErrorKind::io);
}

void Beneath::exchange(std::string_view here, const Beneath& other, std::string_view there) const {
  const Parent our_place = open_parent(here);
  const Parent their_place = other.open_parent(there);
  if (sys::renameat2(our_place.fd,
                     our_place.leaf.c_str(),
                     their_place.fd,
                     their_place.leaf.c_str(),
                     RENAME_EXCHANGE) != 0) {
    throw_errno(errno,
                "exchange " + quote((path_ / here).native()) + " and",
                other.path_ / there,
                errno == ENOENT ? ErrorKind::not_found : ErrorKind::io);
  }
}

void Beneath::open_to_owner(std::string_view directory) const {
  const Parent parent = open_parent(directory);
  const Fd fd(sys::openat(
      parent.fd, parent.leaf.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0));
  // A descriptor of a path alone has no fchmod.
  const std::string name = "/proc/self/fd/" + std::to_string(fd.get());
  if (!fd || sys::chmod(name.c_str(), S_IRWXU) != 0) {
    fail(errno, "open to its owner", directory);
  }
}

void Beneath::make_symlink(std::string_view target, std::string_view relative) const {
  if (target.find('\0') != std::string_view::npos) {
    refuse_path(target, "holds a NUL byte");
  }
  const Parent parent = open_parent(relative);
  if (sys::symlinkat(std::string(target).c_str(), parent.fd, parent.leaf.c_str()) == 0) {
    return;
  }
  if (errno == EEXIST) {
    refuse_path(relative, "already exists");
  }
  fail(errno, "make the link", relative);
}

bool Beneath::remove_file(std::string_view relative) const {
  return remove_entry(relative, 0);
}

bool Beneath::remove_empty_directory(std::string_view relative) const {
  return remove_entry(relative, AT_REMOVEDIR);
}

bool Beneath::remove_entry(std::string_view relative, int flags) const {
  const Parent parent = try_open_parent(relative);
  if (parent && sys::unlinkat(parent.fd, parent.leaf.c_str(), flags) == 0) {
    return true;
  }
  const bool wants_directory = flags == AT_REMOVEDIR;
  if (errno == ENOENT || (wants_directory && (errno == ENOTEMPTY || errno == EEXIST))) {
    return false;
  }
  if (!parent && errno == ENOTDIR) {
    return false;
  }
  if (!wants_directory && errno == EISDIR) {
    refuse_path(relative, "is a directory");
  }
  if (wants_directory && errno == ENOTDIR) {
    refuse_path(relative, "is not a directory");
  }
  fail(errno, "remove", relative);
}

void Beneath::sync_directory(std::string_view relative) const {
  const Fd directory = open_directory(relative);
  if (sys::fsync(directory.get()) != 0) {
    throw_errno(errno, "sync the directory", path_ / relative);
  }
}

}  // namespace mlops::os
