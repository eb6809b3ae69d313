#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// What versions have at and below one path of the work tree: git's rule is ours, that an ignore
/// rule does not reach what is tracked already. Nothing is read before the first question; those
/// for one directory come together. Main thread.
class TrackedData {
 public:
  /// The version that the pointer of the data set names in which `path` lies, if there is one that
  /// can be read, and `also`, what shall be at `path`.
  TrackedData(Workspace& workspace,
              std::string_view path,
              std::optional<store::Entry> also = std::nullopt);

  /// The data set; where there is none, `path` itself.
  const std::string& data_set();
  /// Error{corrupt} when a directory of a version cannot be read.
  bool has(std::string_view path);

 private:
  struct Version {
    std::string path;
    store::Entry top;
  };
  std::optional<store::Entry> find_pointed();
  void read_directory(const Version& version, std::string_view directory);

  Workspace& workspace_;
  std::string path_;
  std::vector<Version> versions_;
  std::optional<std::string> data_set_;  ///< nothing: not looked for yet
  bool is_pointer_read_ = false;
  std::optional<std::string> directory_;  ///< the last one that was asked about …
  std::vector<store::Node> nodes_;        ///< … and what the versions have there
};

}  // namespace mlops::workspace
