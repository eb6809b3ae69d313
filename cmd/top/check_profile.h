#pragma once

#include <vector>

#include "app/command.h"
#include "app/context.h"
#include "app/exit_code.h"
#include "top/check_judge.h"

namespace mlops::top {

/// `mlops check --write-profile FILE`: keeps the table of one check as a baseline, and judges
/// nothing.
app::ExitCode write_profile(app::Context& context,
                            const app::Arguments& arguments,
                            const std::vector<AskedCheck>& asked,
                            CheckPlaces places);

}  // namespace mlops::top
