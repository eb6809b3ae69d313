#pragma once

#include "base/cancel.h"
#include "base/progress.h"
#include "pipeline/graph.h"
#include "pipeline/run.h"
#include "workspace/workspace.h"

namespace mlops::pipeline {

/// What one run works on; outlives everything that refers to it.
struct RunContext {
  workspace::Workspace& workspace;
  const Pipeline& pipeline;
  const Graph& graph;
  std::vector<bool> is_selected;  ///< by index of the instance
  const RunOptions& options;
  Progress& progress;
  const CancelToken& cancel;
};

}  // namespace mlops::pipeline
