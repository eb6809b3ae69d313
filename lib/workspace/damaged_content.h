#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// What to type when the store has the content of a path damaged or not at all: the user may have
/// it elsewhere, and adding it again puts it back into the store.
std::string step_for_damaged(const Workspace& workspace, std::string_view path);

/// Error{corrupt} of the content of a file or directory, with its name and that step.
Error name_damaged(const Workspace& workspace, const Error& error, std::string_view path);
/// What `read` returns, which reads content of `path`; its Error{corrupt} named as above.
template <typename Read>
auto with_damage_named(const Workspace& workspace, std::string_view path, Read read) {
  try {
    return read();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
    throw name_damaged(workspace, error, path);
  }
}

}  // namespace mlops::workspace
