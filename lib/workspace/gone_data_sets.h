#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "workspace/data_sets.h"
#include "workspace/restore.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// Data sets that this work tree has and the version that git checked out does not: after a switch
/// to a branch without them their files lie there, no .gitignore names them any more, and `git add
/// .` would commit them. Sorted. Only those whose last version here a branch, a tag or the commit
/// before (HEAD@{1}) names: of one that was never committed, or whose ignore rule still holds, what
/// lies there may be all there is. `has_version` tells of paths that are, hold or are in data of
/// the version.
std::vector<std::string> find_gone_data_sets(
    Workspace& workspace,
    const IndexView& index,
    const std::function<bool(std::string_view)>& has_version);

struct GoneResult {
  std::uint64_t removed_files = 0;
  std::vector<std::string> would_remove;  ///< of a dry run
  std::vector<std::string> left;          ///< files that the store does not know, sorted
};
/// Removes of them what the store can give back, and directories that are empty then. The work
/// tree's lock is the caller's.
GoneResult remove_gone_data_sets(Workspace& workspace,
                                 const std::vector<std::string>& data_sets,
                                 DryRun dry_run,
                                 Progress& progress,
                                 const CancelToken& cancel);

}  // namespace mlops::workspace
