#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "os/fd.h"

namespace mlops::os {

namespace fs = std::filesystem;

/// All functions here throw Error{io} with the path and the system's reason, unless they say
/// otherwise. Symbolic links are followed only where it is said. EINTR and short counts are
/// handled. Any thread.

enum class FileKind { regular, directory, symlink, other };

/// What a stat cache compares. Times in nanoseconds since the epoch.
struct FileStat {
  FileKind kind = FileKind::other;
  std::uint64_t size = 0;
  std::uint32_t mode = 0;  ///< permission bits only
  std::uint32_t owner = 0;
  std::uint64_t dev = 0;
  std::uint64_t ino = 0;
  std::uint64_t nlink = 0;
  std::int64_t mtime_ns = 0;
  std::int64_t ctime_ns = 0;
  bool is_executable() const { return (mode & 0100U) != 0; }
  friend bool operator==(const FileStat&, const FileStat&) = default;
};

/// The user and the group that new files belong to.
std::uint32_t current_user() noexcept;
std::uint32_t current_group() noexcept;

/// The entry itself, links not followed; nothing when there is none (ENOENT, ENOTDIR).
std::optional<FileStat> lstat_file(const fs::path& path);
FileStat stat_fd(const Fd& fd, const fs::path& name_for_errors);

/// Whole files, links followed; Error{not_found} when there is none. Larger than `max_bytes` is
/// Error{config}: nobody reads unbounded input.
std::string read_file(const fs::path& path, std::uint64_t max_bytes);
std::optional<std::string> read_file_if_exists(const fs::path& path, std::uint64_t max_bytes);
/// Opens a regular file for reading with O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC; anything else than a
/// regular file is Error{io}. Nothing when it does not exist.
std::optional<Fd> open_regular(const fs::path& path);
/// Opens for reading, following links; Error{not_found} when it does not exist.
Fd open_read(const fs::path& path);
/// Up to buffer.size() bytes; less only at the end of the file.
std::size_t read_full(const Fd& fd, std::span<std::uint8_t> buffer, const fs::path& name);
std::size_t pread_full(const Fd& fd,
                       std::span<std::uint8_t> buffer,
                       std::uint64_t offset,
                       const fs::path& name);
void write_full(const Fd& fd, std::span<const std::uint8_t> bytes, const fs::path& name);
/// Permission bits, less those of the umask.
void set_mode(const Fd& fd, std::uint32_t mode, const fs::path& name);
/// Just these, for what stands for an existing file.
void set_exact_mode(const Fd& fd, std::uint32_t mode, const fs::path& name);

enum class Durability { durable, relaxed };
/// fdatasync when durable, then a close whose error is seen. Neither is ever retried.
void sync_and_close(Fd fd, const fs::path& name, Durability durability);
/// Replaces `path` in one step: temporary file beside it, write, (sync,) rename, (sync the
/// directory). Readers see the old or the new content. Keeps the mode of a file that it replaces.
void write_file_atomic(const fs::path& path,
                       std::string_view content,
                       Durability durability,
                       std::uint32_t mode = 0644);

/// A new file that nobody else sees until `publish`. Removed on destruction if not published.
class TempFile {
 public:
  /// In `directory`, created with O_EXCL and mode 0600.
  explicit TempFile(const fs::path& directory, std::string_view prefix = "tmp-");
  TempFile(TempFile&& other) noexcept;
  TempFile& operator=(TempFile&&) = delete;
  ~TempFile();
  const Fd& fd() const { return fd_; }
  const fs::path& path() const { return path_; }
  void write(std::span<const std::uint8_t> bytes);
  /// fdatasync, checked close, rename to `target` (Error{conflict} if it exists and `replace` is
  /// Replace::no), then sync of the directory. A failed sync is never retried on this file.
  enum class Replace { no, yes };
  /// `mode` less the umask.
  void publish(const fs::path& target,
               Durability durability,
               Replace replace,
               std::uint32_t mode = 0644);
  /// The same with just this mode, for what stands for an existing file.
  void publish_with_exact_mode(const fs::path& target,
                               Durability durability,
                               Replace replace,
                               std::uint32_t mode);

 private:
  Fd fd_;
  fs::path path_;
};

/// With the directories above. When durable, the parents of those that it made are synced.
void make_directories(const fs::path& path, Durability durability = Durability::relaxed);
/// One directory that only its user may look into, made if needed. Error{io} when something else is
/// there, or it is somebody else's: nothing is put where others can read or plant.
void make_private_directory(const fs::path& path);
/// One directory in which every user makes entries, and removes none but his own (mode 1777), made
/// if needed. Error{io} when something else is there.
void make_common_directory(const fs::path& path);
/// One directory of this user, which all may look into and nobody else may change, made if needed.
/// Error{io} when something else is there, or it is somebody else's.
void make_readable_directory(const fs::path& path);
void sync_directory(const fs::path& path);
/// False when there was nothing to remove.
bool remove_file(const fs::path& path);
/// A whole tree; links inside are removed, not followed.
void remove_tree(const fs::path& path);
/// Error{conflict} when `to` exists.
void rename_no_replace(const fs::path& from, const fs::path& to);
void rename_replace(const fs::path& from, const fs::path& to);
/// Content and permissions of a regular file (blocks are shared where the file system can), into a
/// new file that appears complete. Error{conflict} when `to` exists.
void copy_file(const fs::path& from, const fs::path& to);
std::string read_link(const fs::path& path);
/// Names in a directory, without "." and "..", sorted by bytes.
std::vector<std::string> list_directory(const fs::path& path);
std::uint64_t free_disk_bytes(const fs::path& path);

/// A read-only mapping of a regular file, Error{not_found} when there is none. Empty files map to
/// an empty span. A file that shrinks while mapped raises SIGBUS: map only files that we own and
/// never modify (packs, indexes).
class MappedFile {
 public:
  explicit MappedFile(const fs::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();
  std::span<const std::uint8_t> bytes() const { return {data_, size_}; }

 private:
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

/// A directory under `parent` with a random name, removed with its content on destruction.
class TempDir {
 public:
  explicit TempDir(const fs::path& parent, std::string_view prefix = "tmp-");
  TempDir(TempDir&& other) noexcept;
  TempDir& operator=(TempDir&&) = delete;
  ~TempDir();
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace mlops::os
