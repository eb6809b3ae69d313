#pragma once

#include <string>

#include "app/context.h"

namespace mlops::app {

/// What `mlops` alone says: where the user stands and the next command to type.
std::string welcome(Context& context);

}  // namespace mlops::app
