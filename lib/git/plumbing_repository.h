#pragma once

#include <memory>

#include "git/git_command.h"
#include "git/repository.h"

namespace mlops::git {

/// The repository through git's own plumbing; see open_repository for what it may answer. `git`
/// stands in the directory to start from.
std::unique_ptr<Repository> open_with_plumbing(GitCommand git);

/// Repository::is_ignored, list_ignored, find_ignore_rule, stage and restage, for both
/// implementations; `git` stands at the work tree's top.
bool is_ignored_by_git(const GitCommand& git, std::string_view path);
std::vector<std::string> list_ignored_by_git(const GitCommand& git,
                                             const std::vector<std::string>& paths);
std::optional<IgnoreRule> find_ignore_rule_by_git(const GitCommand& git, std::string_view path);
void stage_with_git(const GitCommand& git,
                    const fs::path& work_tree,
                    const std::vector<std::string>& paths);
void restage_with_git(const GitCommand& git,
                      const std::vector<std::string>& added,
                      const std::vector<std::string>& removed);

}  // namespace mlops::git
