#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "os/file.h"
#include "store/tree.h"
#include "workspace/restore.h"

namespace mlops::workspace {

/// What a checkout will do, found out without changing anything.

/// A path of the work tree and what shall be there; nothing: it shall be gone.
struct RestoreTarget {
  std::string path;
  std::optional<store::Entry> top;
  /// What an earlier checkout, which did not come to its end, was making of it: what is there may
  /// be torn.
  std::optional<store::Entry> unfinished = {};
  /// Paths inside: what is absent comes only if it is in one of them. Nothing: all of it.
  std::optional<std::vector<std::string>> parts = {};
};

struct PlannedWrite {
  std::string path;
  store::Entry entry;
  std::optional<os::FileStat> existing;  ///< what it replaces, as it was judged
};
struct PlannedRemoval {
  std::string path;
  os::FileStat existing;
};
/// What the user made and the store does not know; or what a power cut left of a file that was
/// being written, which is moved away unasked.
struct Obstacle {
  std::string path;
  std::string reason;
  os::FileStat existing;
  enum class Rescue { possible, impossible, unasked } rescue = Rescue::possible;
};
/// A file that stays, with what it holds: for the stat cache.
struct Unchanged {
  std::string path;
  os::FileStat stat;
  store::ObjectId id;
  std::optional<std::int64_t> read_at_ns;  ///< nothing: the cache knew it
};

struct RestorePlan {
  std::vector<Obstacle> obstacles;
  std::vector<PlannedRemoval> removals;
  std::vector<std::string> directories_to_remove;  ///< deepest first; only if they are empty then
  std::vector<std::string> directories_to_make;    ///< parents first
  std::vector<PlannedWrite> writes;
  std::vector<Unchanged> unchanged;
  std::uint64_t unchanged_links = 0;
};

/// Validates the targets as a whole and compares them with the work tree. Targets do not lie within
/// each other.
RestorePlan plan_restore(Workspace& workspace,
                         std::span<const RestoreTarget> targets,
                         const RestoreOptions& options,
                         Progress& progress,
                         const CancelToken& cancel);

/// False when obstacles keep it from being carried out.
bool may_proceed(const RestorePlan& plan, Clobber clobber);
/// See lock_work_tree.
enum class TreeLock { take, held };
/// Carries the plan out, or nothing of it when obstacles remain.
RestoreResult apply_plan(Workspace& workspace,
                         std::span<const RestoreTarget> targets,
                         RestorePlan plan,
                         const RestoreOptions& options,
                         const os::Waiter& waiter,
                         TreeLock tree_lock = TreeLock::take);

}  // namespace mlops::workspace
