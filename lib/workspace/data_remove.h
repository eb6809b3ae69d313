#pragma once

#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "workspace/data.h"
#include "workspace/restore.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

enum class KeepData { no, yes };
struct RemoveOptions {
  Clobber clobber = Clobber::refuse;  ///< rescue: also for a version that no commit has
  KeepData keep_data = KeepData::no;  ///< yes: only pointer and .gitignore line go
  Stage stage = Stage::yes;
  DryRun dry_run = DryRun::no;
  os::LockWait wait = os::LockWait::no;  ///< for a run that is at work
};
struct RemoveResult {
  std::vector<std::string> data_sets;  ///< sorted
  RestoreResult total;                 ///< with anything in `kept` nothing was changed
  std::vector<std::string> staged;
};

/// Removes data sets: data, the line in .gitignore, pointer, notes, git's index. The store keeps
/// every version. Files that the store does not know are kept and listed, or with Clobber::rescue
/// moved to a rescue directory; a version that no commit has is Error{conflict} without it, as git
/// rm says. Error{not_found} for a path that is no data set, Error{locked} while a run is at work.
/// The pointer goes last: after a crash anywhere the same call ends the work.
RemoveResult remove_data(Workspace& workspace,
                         const std::vector<std::string>& paths,
                         const RemoveOptions& options,
                         Progress& progress,
                         const CancelToken& cancel);

}  // namespace mlops::workspace
