#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "git/git_command.h"
#include "git/repository.h"

namespace mlops::git {

/// A linked work tree for the time of one command: on HEAD, with the index of the work tree that it
/// is made beside, and empty. No hook runs. It has gone with its owner; after a crash `remove_left`
/// finds it by its place.
class LinkedTree {
 public:
  /// `place`, absolute, does not exist. Error{config} without a commit.
  LinkedTree(const Repository& beside, const OpenOptions& options, const fs::path& place);
  ~LinkedTree();
  LinkedTree(const LinkedTree&) = delete;
  LinkedTree& operator=(const LinkedTree&) = delete;

  /// Files of the work tree beside it that git tracks, or neither tracks nor ignores, by path; the
  /// directories of submodules and of other repositories are among them as "path" and "path/".
  const std::vector<std::string>& files() const { return files_; }
  /// What git ignores there, by path; a directory of which it has nothing else is one "path/".
  const std::vector<std::string>& ignored() const { return ignored_; }

  /// What a crash left at `place`, and what git has of it; returns git's name for it, if it had
  /// any.
  static std::optional<std::string> remove_left(const fs::path& common_dir, const fs::path& place);

 private:
  fs::path common_dir_;
  fs::path place_;
  std::vector<std::string> files_;
  std::vector<std::string> ignored_;
};

}  // namespace mlops::git
