#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "store/store.h"
#include "workspace/pointer.h"
#include "workspace/tree_merge.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// A pointer or a pipeline's lock of which git has several versions: their texts; nothing: no such
/// file.
struct TrackedVersions {
  std::string file;  ///< "data/images.mlops", "pipeline.lock"
  std::optional<std::string> base;
  std::optional<std::string> ours;
  std::optional<std::string> theirs;
};

/// What came of it: something that neither side had, one side's version, or no file.
enum class MergeOutcome { merged, ours, theirs, removed };
std::string_view to_string(MergeOutcome outcome);

struct PlannedMerge {
  std::string file;
  std::string path;  ///< of the data set, or of the lock
  std::vector<MergeConflict> conflicts;
  MergeOutcome outcome = MergeOutcome::merged;
  std::string text;  ///< of the file afterwards; of what is stored yet, see store_merge
  std::optional<Pointer> pointer;  ///< of a data set that is there afterwards
  std::optional<MergedTree> tree;  ///< of a data set, where it is neither side's
};

/// Merges file by file or, a lock, instance by instance; nothing is written. `decide` is asked for
/// paths of data, for data sets that one side removed, and for locks. Error{config} for a text that
/// is no pointer or lock, and for a merge that cannot be checked out here (two names that the file
/// system takes for one); Error{corrupt} when the store lacks a version.
PlannedMerge plan_merge(Workspace& workspace,
                        const TrackedVersions& versions,
                        const MergeDecision& decide,
                        const CancelToken& cancel);

/// What store_merge would make, with a root that is zero; nothing is stored.
void preview_merge(PlannedMerge& plan);

/// Stores what is new of a plan without conflicts and commits its root; then `text` and `pointer`
/// are complete.
void store_merge(store::Writer& writer, PlannedMerge& plan);

}  // namespace mlops::workspace
