#pragma once

#include <vector>

#include "pipeline/graph.h"
#include "pipeline/key.h"

namespace mlops::pipeline {

/// Parts of a key as they are remembered to explain the next one: with the parameters that entered
/// it through `${params.…}` only, which are no parts of their own.
KeyParts add_substituted(KeyParts parts, const Instance& instance);

/// What differs between two remembered sets, for a person to read: the command as shell words,
/// content as a short id and its size, a parameter that stands in the command by its own name.
/// Parameters first, the command last, for it often differs because of them.
std::vector<KeyDifference> explain_differences(const KeyParts& before, const KeyParts& now);

/// "param lr changed, dep in.txt is new": one line, the first few.
std::string summarize(const std::vector<KeyDifference>& differences);

}  // namespace mlops::pipeline
