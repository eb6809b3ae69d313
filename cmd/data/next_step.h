#pragma once

#include <string>
#include <vector>

#include "app/context.h"
#include "workspace/data.h"

namespace mlops::data {

/// What to type next about these data sets, what stands in the way of the rest first: "next: …".
/// Empty when all is as it should be.
std::string next_step(app::Context& context, const std::vector<workspace::DataStatus>& all);

}  // namespace mlops::data
