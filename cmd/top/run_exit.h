#pragma once

#include "app/exit_code.h"
#include "pipeline/run.h"

namespace mlops::top {

/// Of a run, or of a command that ran as a stage.
app::ExitCode exit_code_of(pipeline::FailureClass failure);

}  // namespace mlops::top
