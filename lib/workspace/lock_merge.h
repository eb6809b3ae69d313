#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "workspace/lock_file.h"
#include "workspace/tree_merge.h"

namespace mlops::workspace {

/// Three versions of a pipeline's lock.
struct LockMergeInput {
  Lock base;  ///< without instances where there is none
  Lock ours;
  Lock theirs;
};

struct MergedLock {
  Lock lock;
  std::vector<MergeConflict> conflicts;
};

/// One root for all that have its content.
using CanonicalRoot = std::function<store::ObjectId(const store::ObjectId&)>;

/// Merges instance by instance: what one side alone ran again is as that side has it. Instances
/// whose roots have the same content are equal. Where both ran one and came to different ends,
/// `decision` has its way, or it is a conflict of `path`. Whether the result is sound, one maker
/// for each path, is for parse_lock to say.
MergedLock merge_locks(const std::string& path,
                       const LockMergeInput& input,
                       const CanonicalRoot& canonical,
                       std::optional<MergeSide> decision);

}  // namespace mlops::workspace
