#pragma once

#include <string>
#include <vector>

#include <git2.h>

#include "git/repository.h"

namespace mlops::git {

EntryKind kind_of_entry(const git_tree_entry* entry);

/// Files, links and submodules below the tree `top`, each path with `prefix` before it, sorted.
/// Without recursion: the depth of a hostile tree costs no stack. Error{config} beyond the bounds
/// of untrusted.h.
std::vector<TreeEntry> walk_tree(git_repository* repository,
                                 const git_oid& top,
                                 const std::string& prefix);

}  // namespace mlops::git
