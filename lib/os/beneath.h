#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "os/fd.h"
#include "os/file.h"

namespace mlops::os {

/// A directory handle that nothing leaves: every relative path is resolved by the kernel beneath
/// it, without following any symbolic link (openat2 with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS,
/// RESOLVE_NO_MAGICLINKS; component by component with O_NOFOLLOW where openat2 is missing, without
/// cached prefixes). A path that would leave, or crosses a link, is Error{conflict} that names it.
/// Paths are "a/b/c": relative, no empty, "." or ".." component; "" is the directory itself for
/// list, make_directories and sync_directory. What is absent is Error{not_found}, unless the return
/// type can say so. Any thread.
class Beneath {
 public:
  enum class Resolve { automatic, component_wise };  ///< component_wise: for tests of the fallback
  static Beneath open(const fs::path& directory, Resolve resolve = Resolve::automatic);
  /// A directory beneath this one, as a handle of its own.
  Beneath enter(std::string_view relative) const;

  const fs::path& path() const { return path_; }  ///< for messages only
  /// Whether this directory is on a file system whose directories show by their times that a name
  /// in them came or went. Of one that is not known to, false.
  bool has_directory_times() const;
  /// The entry itself; nothing when it or a parent does not exist.
  std::optional<FileStat> lstat(std::string_view relative) const;
  Fd open_file(std::string_view relative) const;  ///< regular files, read-only
  std::string read_link(std::string_view relative) const;
  std::vector<std::string> list(std::string_view relative) const;  ///< sorted by bytes
  /// Creates what is missing; when durable, the directories of those that it made are synced. An
  /// existing file or link in the way is Error{conflict}.
  void make_directories(std::string_view relative,
                        Durability durability = Durability::relaxed) const;
  /// A new file with a random name in the directory of `relative`: write it, then `rename`.
  /// Returns its relative path and an open descriptor.
  std::pair<std::string, Fd> create_temp_beside(std::string_view relative) const;
  /// A new file at a path where nothing is, with `mode` less the umask: Error{conflict} when there
  /// is something.
  Fd create_file(std::string_view relative, std::uint32_t mode) const;
  /// Both paths beneath; replaces a file or link at `to`, never a directory.
  void rename(std::string_view from, std::string_view to) const;
  /// Moves a file, link or whole directory beneath another handle (or this one) of the same file
  /// system; replaces nothing: Error{conflict} when there is something at `to`.
  void move(std::string_view from, const Beneath& other, std::string_view to) const;
  /// Swaps two things beneath two handles of the same file system in one step; both are there.
  void exchange(std::string_view here, const Beneath& other, std::string_view there) const;
  /// Lets the owner of a directory list and change it. Error{io} where it is not ours.
  void open_to_owner(std::string_view directory) const;
  void make_symlink(std::string_view target, std::string_view relative) const;
  bool remove_file(std::string_view relative)
      const;  ///< files and links; false if absent, conflict if a directory
  bool remove_empty_directory(std::string_view relative) const;  ///< false if absent or not empty
  /// A whole tree, if there is one; links inside are removed, not followed.
  void remove_tree(std::string_view relative) const;
  void sync_directory(std::string_view relative) const;

 private:
  /// The directory of a path's last component: this one, or one that is open while this lives.
  struct Parent {
    Fd opened;
    int fd = -1;
    std::string leaf;
    explicit operator bool() const { return fd >= 0; }
  };
  Beneath(Fd fd, fs::path path, Resolve resolve);
  [[noreturn]] void fail(int error_number,
                         std::string_view action,
                         std::string_view relative) const;
  Fd try_open_directory(std::string_view relative) const;
  Parent try_open_parent(std::string_view relative) const;
  Parent open_parent(std::string_view relative) const;
  Fd open_directory(std::string_view relative) const;
  bool remove_entry(std::string_view relative, int flags) const;

  Fd fd_;
  fs::path path_;
  Resolve resolve_;
};

}  // namespace mlops::os
