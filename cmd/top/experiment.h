#pragma once

#include <memory>
#include <string>

#include "app/context.h"
#include "pipeline/graph.h"
#include "pipeline/run.h"
#include "workspace/experiment_tree.h"

namespace mlops::top {

/// A place for a run with --set that leaves the lock and the work tree alone: the code as it is
/// now, with what the stages declare and, within bounds, what they may read without; data comes
/// from the store. Completes the options with what the run has to know about it; the user hears
/// what it lacks. Error{conflict} when the pipeline reads data that was changed
/// and not added; Error{usage} for persistent outs, and for an id that cannot be one of a new run.
std::unique_ptr<workspace::ExperimentTree> make_experiment(app::Context& context,
                                                           const pipeline::Pipeline& pipeline,
                                                           const pipeline::Graph& graph,
                                                           pipeline::RunOptions& options);

}  // namespace mlops::top
