#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "os/beneath.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// Where `--force` puts what the store does not know: <state>/rescue/<time>-<random>/, paths as in
/// the work tree. Made at the first use. Files keep name, content and mode.
class RescueDirectory {
 public:
  explicit RescueDirectory(Workspace& workspace);

  /// Moves a file, link or special file out of the work tree: renamed on the same file system, else
  /// copied, synced and removed (special files cannot be copied: Error{conflict}).
  void take(const std::string& relative, const os::FileStat& stat);
  const std::filesystem::path& path() const { return path_; }

 private:
  void make();
  void copy(const std::string& relative, const os::FileStat& stat);

  Workspace& workspace_;
  std::filesystem::path path_;  ///< empty: not made yet
  std::string below_tree_;      ///< the same, relative to the work tree, if it lies in there
  std::uint64_t device_ = 0;
  std::optional<os::Beneath> directory_;
};

}  // namespace mlops::workspace
