#pragma once

#include "base/cancel.h"
#include "table/cell_changes.h"
#include "table/mapped_pair.h"

namespace mlops::table {

/// Engine::find_changes over mapped CSV bytes (row_match.h). Where these tables need the general
/// reader, `path` says why, `sinks` are void, and nothing else of the summary counts.
ChangeSummary find_changes_fast(const ChangeRequest& request,
                                const MatchThreads& threads,
                                ChangeSinks& sinks,
                                const CancelToken& cancel);

}  // namespace mlops::table
