#pragma once

#include <string>
#include <vector>

#include "app/context.h"

namespace mlops::data {

/// Error{conflict} with the stage's name for a path that is, holds or lies in an out that
/// pipeline.toml declares: runs store outs, and refuse one that is a data set. A pipeline.toml that
/// cannot be used refuses nothing.
void refuse_outs(app::Context& context, const std::vector<std::string>& paths);

}  // namespace mlops::data
