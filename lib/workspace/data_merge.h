#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "workspace/data.h"
#include "workspace/merge_plan.h"
#include "workspace/tree_merge.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// At this path and below it, where the versions conflict, this side has its way. Of two that cover
/// a path the inner one counts.
struct MergeChoice {
  MergeSide side = MergeSide::ours;
  std::string path;  ///< a data set, something inside it, a directory above, or a lock
};

struct MergeOptions {
  std::vector<std::string> paths{};  ///< data sets, pointers and locks; empty: all
  std::vector<MergeChoice> choices{};
  Stage stage = Stage::yes;
  DryRun dry_run = DryRun::no;
  Clobber clobber = Clobber::refuse;     ///< what was resolved by hand and is not staged
  os::LockWait wait = os::LockWait::no;  ///< for a run that is at work, or for the store
};
struct MergedFile {
  std::string path;  ///< of a data set, or of a lock
  MergeOutcome outcome = MergeOutcome::merged;
  std::optional<Pointer> pointer;  ///< nothing: a lock, or removed
};
struct MergeResult {
  std::vector<MergedFile> merged;        ///< sorted by path
  std::vector<MergeConflict> conflicts;  ///< with any, nothing was written
  std::vector<std::string> staged;
};

/// Merges what git could not: of each pointer and pipeline's lock that its index has in several
/// versions, these, file by file. All of them or, with a conflict, none; the order is the store's:
/// content and root, pointer, git. The data in the work tree stays as it is: checkout_data is next.
/// In a dry run a new version's root is zero. Error{conflict} for a file that was resolved by hand
/// and not staged, unless it may be written over; Error{not_found} for a path that is not unmerged
/// and for a choice that covers nothing, Error{locked} while a run is at work, and what plan_merge
/// throws.
MergeResult merge_data(Workspace& workspace,
                       const MergeOptions& options,
                       Progress& progress,
                       const CancelToken& cancel);

}  // namespace mlops::workspace
