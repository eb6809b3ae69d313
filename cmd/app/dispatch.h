#pragma once

#include <string>
#include <vector>

#include "app/context.h"

namespace mlops::app {

/// The whole program but for `main`: parse, run the verb, print the one error that may come up, and
/// give the exit code. Never throws, never exits.
int run(ProcessEnvironment environment, const std::vector<std::string>& words);

}  // namespace mlops::app
