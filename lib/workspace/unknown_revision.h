#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// What to throw for a revision that find_commit does not find: Error{not_found} that says so, or
/// that it is the name of a file here, with the ref that was likely meant, or where to look.
Error unknown_revision(const Workspace& workspace, const std::string& name);

/// What to throw for a path that is no data set of the version `version_name`: Error{not_found}.
/// Where the user typed a revision, it says how `verb` ("data checkout") is told of one, else
/// `next`.
Error unknown_data_set(const Workspace& workspace,
                       std::string_view path,
                       std::string_view version_name,
                       std::string_view verb,
                       std::string next);

}  // namespace mlops::workspace
