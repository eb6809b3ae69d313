#pragma once

#include <string>
#include <vector>

#include "store/id.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// A version of a data set, and where git names it.
struct VersionName {
  std::string what;  ///< "data set", "out" or "dep"
  std::string path;
  store::ObjectId root;
  std::vector<std::string> named_by;  ///< "HEAD", "work tree", "branch 'x'", "tag 'v1'"
};
struct VersionNames {
  std::vector<VersionName> versions;  ///< sorted by path
  std::vector<std::string> notes;     ///< pointers and locks that could not be asked
};

enum class NamedBy { head_and_work_tree, every_ref };
/// Every root that pointers and `lock_files` name. What it leads to is not looked at: the store's
/// own check does that.
VersionNames list_version_names(Workspace& workspace,
                                NamedBy named_by,
                                const std::vector<std::string>& lock_files = {"pipeline.lock"});
/// Those of HEAD and of the work tree that the store does not have.
VersionNames find_missing_versions(Workspace& workspace,
                                   const std::vector<std::string>& lock_files = {"pipeline.lock"});

/// The hint for whoever needs bytes that the store lacks.
inline constexpr const char* kMissingBytesHint =
    "mlops data pull, where a remote has them; or mlops config store.path <store>, of a clone that "
    "has the bytes; or put the file back and mlops data add it";

}  // namespace mlops::workspace
