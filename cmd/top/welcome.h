#pragma once

#include <string>

#include "app/context.h"

namespace mlops::top {

/// What `mlops` alone says: where the user stands and the next command to type.
std::string welcome(app::Context& context);

}  // namespace mlops::top
