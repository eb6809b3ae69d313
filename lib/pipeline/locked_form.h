#pragma once

#include <map>
#include <string>

#include "pipeline/graph.h"
#include "workspace/lock_file.h"

namespace mlops::pipeline {

/// The matrix values of an instance as a lock spells them.
std::map<std::string, std::string> locked_matrix(const Instance& instance);

/// What the lock says of the instance; null when nothing.
const workspace::LockedInstance* find_locked(const workspace::Lock& lock, const Instance& instance);

/// What a lock says of an instance before it has run: stage, matrix, command and params.
workspace::LockedInstance locked_form(const Instance& instance);

}  // namespace mlops::pipeline
