#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// Files and directories of the work tree that a pattern of base's glob_match names, sorted, as a
/// shell would expand it where the user stands: what begins with '.' only where the pattern does.
/// Links are not followed, what matches is not searched, and what is no data is left out: pointers,
/// .git and .mlops, and what a `.mlopsignore` ignores. What something has in its name is no
/// pattern: a path that exists is itself. Error{not_found} when nothing matches.
std::vector<std::string> expand_typed(const Workspace& workspace,
                                      std::string_view typed,
                                      const CancelToken& cancel);

/// The same for a pattern from the top of the work tree; none where nothing matches.
std::vector<std::string> expand_pattern(const Workspace& workspace,
                                        std::string_view pattern,
                                        const CancelToken& cancel);

}  // namespace mlops::workspace
