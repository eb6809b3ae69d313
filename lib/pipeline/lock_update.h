#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/cache_entry.h"
#include "pipeline/graph.h"
#include "workspace/lock_file.h"
#include "workspace/workspace.h"

namespace mlops::pipeline {

/// `pipeline.lock` of one run: read once, written in one step by each `save` that finds a change.
/// Instances that the pipeline no longer has leave it with the first one recorded.
class LockUpdater {
 public:
  /// Error{config} when the lock cannot be read.
  LockUpdater(workspace::Workspace& workspace, const Pipeline& pipeline, const Graph& graph);

  /// Records what a finished instance used and made. Deps that git does not track become roots of
  /// the store if they are none yet.
  void record(const Instance& instance,
              const std::vector<Input>& inputs,
              const CacheEntry& entry,
              Progress& progress,
              const CancelToken& cancel);
  /// Writes what was recorded since; false when that changed nothing.
  bool save();
  const std::string& file() const { return file_; }
  /// What `save` would write.
  std::string text() const;

 private:
  /// Stage and matrix.
  using Place = std::pair<std::string, std::map<std::string, std::string>>;
  workspace::LockedDep lock_dep(const Input& input, Progress& progress, const CancelToken& cancel);

  workspace::Workspace& workspace_;
  std::string file_;
  workspace::Lock lock_;
  std::map<Place, std::size_t> places_;  ///< of lock_'s instances
  bool has_gone_ = false;                ///< instances left it since it was read
  bool is_changed_ = false;              ///< since it was written
};

}  // namespace mlops::pipeline
