#pragma once

#include <string>
#include <utility>

#include "app/command.h"
#include "app/context.h"
#include "pipeline/run_history.h"

namespace mlops::runs {

/// The runs of this clone, of all its work trees.
pipeline::RunHistory open_history(app::Context& context);

/// The run that the first word names: an id, its beginning, or "@last"; without a word the last.
std::string find_run(const pipeline::RunHistory& history, const app::Arguments& arguments);

/// What a run that ended with `worst` gives its caller; of one that died, what a lost machine
/// gives.
app::ExitCode exit_code_of(const pipeline::RecordedRun& run, pipeline::RunState state);

}  // namespace mlops::runs
