#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "pipeline/graph.h"
#include "workspace/workspace.h"

namespace mlops::pipeline {

/// A dep that no instance upstream makes, that is not in the work tree, and that no pointer names.
/// Patterns may match nothing and are never missing.
struct MissingDep {
  const Instance* instance = nullptr;
  std::string path;
};

/// Of one instance of the graph; `data_sets` as workspace::list_data_sets gives them.
std::vector<MissingDep> find_missing_deps(const workspace::Workspace& workspace,
                                          const Graph& graph,
                                          const Instance& instance,
                                          const std::vector<std::string>& data_sets);
/// Of all instances whose `when` holds, in the order of the graph, each path of a stage once.
std::vector<MissingDep> find_missing_deps(workspace::Workspace& workspace, const Graph& graph);

/// "<file>:<line>: stage.a.deps: 'x' does not exist".
std::string to_string(const MissingDep& missing);
/// Error{config} that says so, with what would make it exist.
[[noreturn]] void fail_missing(const MissingDep& missing);

}  // namespace mlops::pipeline
