#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "workspace/data_diff.h"

namespace mlops::workspace {

/// A commit that gave data another content, and what it changed against its first parent.
struct DataLogEntry {
  git::CommitInfo commit;
  DataDiff diff;
};

struct DataLogRequest {
  std::string from = "HEAD";
  std::vector<std::string> paths{};  ///< as for diff_data; empty: all data
  std::uint64_t max_count = std::numeric_limits<std::uint64_t>::max();
};

/// Hands the commits to `sink`, newest first, as git log has them for a path: of a merge that has
/// one parent's data only that parent is followed, and a merge is named when its data is that of
/// none of its parents. The cost is that of git's log of the pointers and locks, and of the commits
/// named. A commit whose versions the store lacks is named too, see DataDiff::unknown. Returns
/// how many there were. Error{not_found} for an unknown revision.
std::uint64_t log_data(Workspace& workspace,
                       const DataLogRequest& request,
                       const std::function<void(const DataLogEntry&)>& sink,
                       Progress& progress,
                       const CancelToken& cancel);

}  // namespace mlops::workspace
