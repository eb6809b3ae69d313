#pragma once

#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "workspace/data.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

struct MoveOptions {
  Stage stage = Stage::yes;
  DryRun dry_run = DryRun::no;
  os::LockWait wait = os::LockWait::no;  ///< for a run that is at work
};
struct MoveResult {
  std::string from;
  std::string to;
  Pointer pointer;
  bool moved_data = false;          ///< something lay there
  std::vector<std::string> staged;  ///< what `git add` was done for
};

/// Gives a data set another path: pointer, the line in .gitignore, the data if it is checked out
/// (renamed beneath the work tree's handle, never copied, no link followed), notes of a partial
/// checkout, stat cache and git's index. `to` may be a directory to move into, "" the top. The
/// store is not touched. Nothing is overwritten: Error{conflict} when there is something at the
/// destination, Error{not_found} when `from` is no data set, Error{locked} while a run is at work,
/// and what add_data says of a place that cannot hold a data set. The order keeps both pointers
/// until the data has moved: after a crash anywhere the same call ends the work.
MoveResult move_data(Workspace& workspace,
                     const std::string& from,
                     const std::string& to,
                     const MoveOptions& options,
                     Progress& progress,
                     const CancelToken& cancel);

}  // namespace mlops::workspace
