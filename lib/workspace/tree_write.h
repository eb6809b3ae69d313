#pragma once

#include <string>
#include <string_view>

#include "os/beneath.h"
#include "os/file.h"

namespace mlops::workspace {

/// A temporary file beside a path of the work tree; removed again unless it was moved there.
class TempBeside {
 public:
  TempBeside(const os::Beneath& tree, std::string_view relative);
  TempBeside(const TempBeside&) = delete;
  TempBeside& operator=(const TempBeside&) = delete;
  ~TempBeside();
  const os::Fd& fd() const { return fd_; }
  const std::string& path() const { return path_; }
  /// Keeps sweep_leftovers off, as long as this lives. False when one was faster: the file is gone.
  bool hold();
  /// Mode (less the umask), sync if durable, close, rename, sync of the directory if durable.
  void publish(std::uint32_t mode, os::Durability durability);
  /// The same where nothing is yet: Error{conflict} instead of replacing what came meanwhile.
  void publish_new(std::uint32_t mode, os::Durability durability);
  /// As publish, with just this mode.
  void publish_with_exact_mode(std::uint32_t mode, os::Durability durability);

 private:
  enum class Replace { no, yes };
  void finish(os::Durability durability, Replace replace);

  const os::Beneath& tree_;
  std::string target_;
  std::string path_;
  os::Fd fd_;
  os::Fd lock_;
};

/// A new file under its own name from the first byte on; removed again unless it was kept. What a
/// killed process leaves of it is torn (see torn_file.h).
class NewFile {
 public:
  /// `mode` less the umask. Error{conflict} when something is there.
  NewFile(const os::Beneath& tree, std::string_view relative, std::uint32_t mode);
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();
  const os::Fd& fd() const { return fd_; }
  const std::string& path() const { return path_; }
  /// Closes it; not synced. Returns its stat.
  os::FileStat keep();

 private:
  const os::Beneath& tree_;
  std::string path_;
  os::Fd fd_;
};

/// Replaces a file of the work tree in one step, durably; keeps the mode of a regular file. What it
/// leaves when it is killed, the next sweep_leftovers there removes.
void write_text(const os::Beneath& tree, std::string_view relative, std::string_view content);
/// A regular file of the work tree; nothing when it is absent. Error{config} beyond `max_bytes`,
/// Error{conflict} for a link or another kind of file.
std::optional<std::string> read_text(const os::Beneath& tree,
                                     std::string_view relative,
                                     std::uint64_t max_bytes);

}  // namespace mlops::workspace
