#include <cerrno>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>

#include "os/beneath.h"
#include "os/directory.h"
#include "os/failure.h"
#include "os/file.h"
#include "os/sys.h"

namespace mlops::os {

namespace {

/// A directory that is being emptied. Only the innermost one is open, so that a tree may be deeper
/// than the limit of descriptors; dev and ino prove that ".." leads back where we came from.
struct Level {
  std::string name;
  dev_t dev = 0;
  ino_t ino = 0;
  std::vector<std::string> names;
};

constexpr int kRemovalFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

class TreeRemover {
 public:
  /// `path` is for messages.
  TreeRemover(Fd parent, const fs::path& path) : path_(path), current_(std::move(parent)) {}

  void remove(const std::string& name) {
    levels_.push_back(level_of_current("", {name}));
    while (!levels_.empty()) {
      if (levels_.back().names.empty()) {
        leave();
      } else {
        const std::string next = std::move(levels_.back().names.back());
        levels_.back().names.pop_back();
        remove_entry(next);
      }
    }
  }

 private:
  [[noreturn]] void fail() const { throw_errno(errno, "remove", path_); }

  Level level_of_current(std::string name, std::vector<std::string> names) const {
    struct stat info {};
    if (sys::fstat(current_.get(), info) != 0) {
      fail();
    }
    return {std::move(name), info.st_dev, info.st_ino, std::move(names)};
  }

  void remove_entry(const std::string& name) {
    if (sys::unlinkat(current_.get(), name.c_str(), 0) == 0 || errno == ENOENT) {
      return;
    }
    // Linux says EISDIR, POSIX EPERM.
    if (errno != EISDIR && errno != EPERM) {
      fail();
    }
    const int why = errno;
    Fd directory(sys::openat(current_.get(), name.c_str(), kRemovalFlags));
    if (!directory) {
      errno = errno == ENOTDIR ? why : errno;
      fail();
    }
    Fd listing(sys::openat(directory.get(), ".", kRemovalFlags));
    if (!listing) {
      fail();
    }
    current_ = std::move(directory);
    levels_.push_back(level_of_current(name, list_open_directory(std::move(listing), path_)));
  }

  void leave() {
    const std::string name = std::move(levels_.back().name);
    levels_.pop_back();
    if (levels_.empty()) {
      return;
    }
    Fd parent = Fd(sys::openat(current_.get(), "..", kRemovalFlags));
    if (!parent) {
      fail();
    }
    current_ = std::move(parent);
    const Level found = level_of_current({}, {});
    if (found.dev != levels_.back().dev || found.ino != levels_.back().ino) {
      throw_errno(ESTALE, "remove", path_, ErrorKind::conflict);
    }
    if (sys::unlinkat(current_.get(), name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
      fail();
    }
  }

  const fs::path& path_;
  Fd current_;
  std::vector<Level> levels_;
};

}  // namespace

void remove_tree(const fs::path& path) {
  if (!lstat_file(path)) {
    return;
  }
  const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
  Fd directory(sys::openat(AT_FDCWD, parent.c_str(), O_RDONLY | O_DIRECTORY));
  if (!directory) {
    throw_errno(errno, "remove", path);
  }
  TreeRemover(std::move(directory), path).remove(path.filename().native());
}

void Beneath::remove_tree(std::string_view relative) const {
  if (!lstat(relative)) {
    return;
  }
  Parent parent = open_parent(relative);
  if (!parent.opened) {
    parent.opened = try_open_directory("");  // the remover owns what it works in
    if (!parent.opened) {
      fail(errno, "open the directory of", relative);
    }
  }
  TreeRemover(std::move(parent.opened), path_ / relative).remove(parent.leaf);
}

}  // namespace mlops::os
