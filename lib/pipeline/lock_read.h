#pragma once

#include <string>
#include <string_view>

#include "workspace/lock_file.h"
#include "workspace/workspace.h"

namespace mlops::pipeline {

/// The lock of the pipeline as it lies in the work tree; empty when there is none. Error{config}
/// with file, line and the step that mends it.
workspace::Lock read_lock(const workspace::Workspace& workspace, std::string_view pipeline_file);
/// The same of a text that was read there; `file` is the lock.
workspace::Lock parse_lock_of(const workspace::Workspace& workspace,
                              std::string_view text,
                              const std::string& file);

}  // namespace mlops::pipeline
