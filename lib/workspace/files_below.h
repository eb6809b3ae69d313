#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "os/beneath.h"
#include "workspace/revision.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// Regular files at or below `path` ("" for all), paths from the handle, sorted; links are not
/// followed, and what git and mlops keep for themselves (.git, .mlops) is left out. None where
/// there is nothing. Error{config} beyond 100,000 files.
std::vector<std::string> list_files_below(const os::Beneath& tree,
                                          std::string_view path,
                                          const CancelToken& cancel);

/// The same of one version: what git tracks, what its data sets hold, the outs of its locks, and of
/// the work tree what lies there. Each can be read by fetch_file.
std::vector<std::string> list_files_below(Workspace& workspace,
                                          const Revision& version,
                                          std::string_view path,
                                          const CancelToken& cancel);

}  // namespace mlops::workspace
