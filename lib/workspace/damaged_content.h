#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// What to type when the store has the content of a file damaged or not at all: the user may have
/// it elsewhere, and adding it again puts it back into the store.
std::string step_for_damaged(const Workspace& workspace, std::string_view path);

/// Error{corrupt} of a file's content, with the file's name and that step.
Error name_damaged_file(const Workspace& workspace, const Error& error, std::string_view path);

}  // namespace mlops::workspace
