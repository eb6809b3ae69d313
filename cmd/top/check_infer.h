#pragma once

#include "app/command.h"
#include "app/context.h"
#include "app/exit_code.h"
#include "workspace/workspace.h"

namespace mlops::top {

/// `mlops check --infer TABLE...`: prints a first policy for the tables. `workspace`: null outside
/// of a repository.
app::ExitCode infer_checks(app::Context& context,
                           const app::Arguments& arguments,
                           workspace::Workspace* workspace);

}  // namespace mlops::top
