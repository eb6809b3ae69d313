#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "workspace/revision.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// A file of a version that a pattern names.
struct VersionFile {
  std::string path;
  bool is_in_work_tree = false;  ///< else git or the store has it
};

/// Whether a file that was found for the version of a run is none of it: where the run made
/// something of its own, others may have left more.
bool lies_beside_run(const Revision& version, std::string_view path);

/// The regular files of one version that a pattern of base's glob_match names, whatever has them:
/// the work tree or git's tree, data sets, outs of locks and of the run. Sorted, each once; what
/// begins with '.' only where the pattern does. Of the work tree, what its data sets hold and is
/// not checked out is there too: absent is not deleted; but below `complete`, what the work tree
/// has is all there is. Error{corrupt} when the store lacks a directory on the way, Error{config}
/// for a broken pointer.
std::vector<VersionFile> find_version_files(Workspace& workspace,
                                            const Revision& version,
                                            std::string_view pattern,
                                            const std::vector<std::string>& complete,
                                            const CancelToken& cancel);

}  // namespace mlops::workspace
