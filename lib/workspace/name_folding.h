#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "os/beneath.h"

namespace mlops::workspace {

/// Which names a directory takes for one: file systems that fold case or Unicode forms would let
/// one entry of a tree overwrite another. Asked before the first write of a checkout. One thread.
class NameFolding {
 public:
  virtual ~NameFolding() = default;
  /// True when `directory` (which exists) takes a lower-case and an upper-case name for one.
  virtual bool folds(const os::Beneath& tree, std::string_view directory) = 0;
  /// Two of `names` that `directory`, or a new one below it, would take for one.
  virtual std::optional<std::pair<std::string, std::string>> find_clash(
      const os::Beneath& tree,
      std::string_view directory,
      const std::vector<std::string>& names) = 0;
};

/// Asks the file system itself by making empty files in a directory of its own, removed afterwards:
/// it alone knows its tables (ext4, APFS, SMB … differ).
class DiskNameFolding final : public NameFolding {
 public:
  bool folds(const os::Beneath& tree, std::string_view directory) override;
  std::optional<std::pair<std::string, std::string>> find_clash(
      const os::Beneath& tree,
      std::string_view directory,
      const std::vector<std::string>& names) override;
};

}  // namespace mlops::workspace
