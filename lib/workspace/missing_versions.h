#pragma once

#include <string>
#include <vector>

#include "store/id.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// A version that git names and the store does not have.
struct MissingVersion {
  std::string what;  ///< "data set", "out" or "dep"
  std::string path;
  store::ObjectId root;
  std::vector<std::string> named_by;  ///< "HEAD", "work tree"
};
struct MissingVersions {
  std::vector<MissingVersion> versions;  ///< sorted by path
  std::vector<std::string> notes;        ///< pointers and locks that could not be asked
};

/// Holds every root that the pointers and `lock_files` of HEAD and of the work tree name against
/// the store. What a root leads to is not looked at: the store's own check does that.
MissingVersions find_missing_versions(Workspace& workspace,
                                      const std::vector<std::string>& lock_files = {
                                          "pipeline.lock"});

/// The hint for whoever needs bytes that the store lacks.
inline constexpr const char* kMissingBytesHint =
    "mlops config store.path <store>, of a clone that has the bytes; or put the file back and "
    "mlops "
    "data add it";

}  // namespace mlops::workspace
