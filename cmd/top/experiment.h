#pragma once

#include <memory>
#include <string>

#include "app/context.h"
#include "pipeline/graph.h"
#include "workspace/experiment_tree.h"

namespace mlops::top {

/// A place for a run with --set that leaves the lock and the work tree alone: the code as it is
/// now; data comes from the store. Error{conflict} when the pipeline reads data that was changed
/// and not added; Error{usage} for persistent outs, and for an id that cannot be one of a new run.
std::unique_ptr<workspace::ExperimentTree> make_experiment(app::Context& context,
                                                           const pipeline::Graph& graph,
                                                           const pipeline::Choice& choice,
                                                           const std::string& run_id);

}  // namespace mlops::top
