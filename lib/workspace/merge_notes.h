#pragma once

#include <vector>

#include "store/id.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// Versions that a merge driver made: git has them as a text that no commit and no index names yet,
/// and may drop them. As git keeps such objects, gc keeps their roots for two weeks.

/// Before git gets to know of it. Durable on return; forgets what is older. Error{io}.
void note_merge(const Workspace& workspace, const store::ObjectId& root);
/// Noted in the last two weeks by any work tree of the clone.
std::vector<store::ObjectId> list_noted_merges(const fs::path& state_directory);

}  // namespace mlops::workspace
