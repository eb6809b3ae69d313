#pragma once

#include <string>
#include <vector>

#include "app/command.h"
#include "app/context.h"

namespace mlops::top {

/// `mlops run --detach`: starts the same command again as a process that lives on, and returns when
/// that has begun its run, or has ended before. Its exit code in the second case.
app::ExitCode run_detached(app::Context& context,
                           const app::Arguments& arguments,
                           const std::vector<app::Flag>& flags);

}  // namespace mlops::top
