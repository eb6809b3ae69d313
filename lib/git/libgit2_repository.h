#pragma once

#include <memory>
#include <optional>

#include "git/git_command.h"
#include "git/libgit2_handle.h"
#include "git/repository.h"

namespace mlops::git {

/// The repository through libgit2. `repository` is open and has a work tree; `library` keeps
/// libgit2 ready. `git` stages files; without it `stage` is Error{config}.
std::unique_ptr<Repository> make_libgit2_repository(std::unique_ptr<Git2Library> library,
                                                    RepositoryPtr repository,
                                                    std::optional<GitCommand> git);

}  // namespace mlops::git
