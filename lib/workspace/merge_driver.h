#pragma once

#include <string>

#include "base/cancel.h"
#include "base/progress.h"
#include "workspace/merge_plan.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// What git gives a merge driver: three files, and the path that they are versions of.
struct MergeFiles {
  fs::path base;  ///< empty where there is none
  fs::path ours;  ///< git takes the result from here
  fs::path theirs;
  std::string path;  ///< from the work tree's top
};

/// Reads the versions, and writes both sides between conflict markers into `ours`: what git finds
/// there if anything fails from now on, or the process dies. Error{io}.
TrackedVersions mark_conflict(const MergeFiles& files);

/// Merges one pointer or lock for git, after mark_conflict. Without conflicts and errors `ours`
/// then holds the merged version, whose root is durable and noted for gc. Nothing else in the work
/// tree or the index is touched. Waits while the store is cleaned. Error{io}, and what plan_merge
/// throws.
PlannedMerge merge_for_git(Workspace& workspace,
                           const MergeFiles& files,
                           const TrackedVersions& versions,
                           Progress& progress,
                           const CancelToken& cancel);

}  // namespace mlops::workspace
