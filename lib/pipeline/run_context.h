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

/// The top of the work tree that the user sees: not an experiment's own.
inline const std::filesystem::path& origin_of(const RunContext& context) {
  return context.options.origin.empty() ? context.workspace.top() : context.options.origin;
}

}  // namespace mlops::pipeline
