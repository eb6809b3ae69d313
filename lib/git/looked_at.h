#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/git_command.h"
#include "git/libgit2_handle.h"

namespace mlops::git {

/// What libgit2 and git read themselves when we ask them: noted for a watch on what this process
/// looks at (os/sightings.h).

/// Git's configuration, each file that is read or would be. Where it includes others, the watch
/// loses sight.
void note_settings(git_repository* repository, const std::optional<GitCommand>& git);
/// HEAD, and what says where it leads.
void note_head(git_repository* repository);
/// Every file whose rules may judge one of the paths, and the settings.
void note_ignore_files(git_repository* repository,
                       const GitCommand& git,
                       const std::vector<std::string>& paths);

}  // namespace mlops::git
