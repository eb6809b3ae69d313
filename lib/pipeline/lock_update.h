#pragma once

#include <string>
#include <vector>

#include "pipeline/cache_entry.h"
#include "pipeline/graph.h"
#include "workspace/lock_file.h"
#include "workspace/workspace.h"

namespace mlops::pipeline {

/// `pipeline.lock` of one run: read once, written in one step after each instance that changed it.
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
  const std::string& file() const { return file_; }

 private:
  workspace::LockedDep lock_dep(const Input& input, Progress& progress, const CancelToken& cancel);

  workspace::Workspace& workspace_;
  std::string file_;
  workspace::Lock lock_;
  bool has_gone_ = false;  ///< instances left it since it was read
};

}  // namespace mlops::pipeline
