#pragma once

#include <string>

#include "os/beneath.h"
#include "workspace/workspace.h"

namespace mlops::pipeline {

/// What holds things of the work tree while a stage runs, so that a move there and back is a
/// rename: the state directory or, where that is on another file system, the tree's own .mlops.
os::Beneath open_holder(const workspace::Workspace& workspace);
/// False when nothing can lie there yet.
bool has_holder(const workspace::Workspace& workspace);
/// A name for this work tree: linked ones share a holder.
std::string holder_name(const workspace::Workspace& workspace);

}  // namespace mlops::pipeline
