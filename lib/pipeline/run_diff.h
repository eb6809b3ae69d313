#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/metrics.h"
#include "pipeline/run.h"
#include "pipeline/run_history.h"
#include "workspace/workspace.h"

namespace mlops::pipeline {

/// One instance of two runs; at least one of them had it.
struct InstanceDiff {
  std::string id;
  std::optional<RecordedInstance> before;
  std::optional<RecordedInstance> after;
  /// What of its key differs: parameters, data, code, environment. Only where both have a key and
  /// the store still has the results of both.
  std::vector<KeyDifference> differences;
  bool is_explained = true;  ///< false: the keys differ, and nothing says in what

  bool differs() const;
};

/// An out with another content; nothing: that run did not make it, or kept nothing of it.
struct OutDiff {
  std::string path;
  std::optional<store::ObjectId> before;
  std::optional<store::ObjectId> after;
};

struct RunDiff {
  std::vector<InstanceDiff> instances;  ///< those of the second run in its order, then the others
  std::vector<OutDiff> outs;            ///< sorted by path
  std::vector<FigureChange> metrics;    ///< those that differ
};

/// Compares two runs by their records and by what the store has of their results. Error{config} for
/// metrics files or pipelines that cannot be read.
RunDiff compare_runs(workspace::Workspace& workspace,
                     const RecordedRun& before,
                     const RecordedRun& after);

}  // namespace mlops::pipeline
