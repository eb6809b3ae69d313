#pragma once

#include <string>

#include "base/error.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// What to throw for a revision that find_commit does not find: Error{not_found} that says so, or
/// that it is the name of a file here, with the ref that was likely meant, or where to look.
Error unknown_revision(const Workspace& workspace, const std::string& name);

}  // namespace mlops::workspace
