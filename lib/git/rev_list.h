#pragma once

#include <vector>

#include "git/git_command.h"
#include "git/repository.h"

namespace mlops::git {

/// Repository::list_history, for both implementations; `query.from` is a commit that exists.
std::vector<Oid> list_history_by_git(const GitCommand& git, const HistoryQuery& query);
/// Repository::list_commits_between, the same way.
std::vector<Oid> list_commits_between_by_git(const GitCommand& git,
                                             const Oid& from,
                                             const Oid& to,
                                             std::size_t most);

}  // namespace mlops::git
