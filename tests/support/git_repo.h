#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "support/run_command.h"
#include "support/temp_dir.h"

namespace mlops::test {

/// A git repository in a temporary directory, driven by the git executable with a cleared
/// environment: no configuration of the user or the machine, a home of its own, fixed author and
/// dates, so the same calls give the same object ids. Every method throws std::runtime_error with
/// git's own words when git fails.
class GitRepo {
 public:
  /// `init_args` go to `git init`, e.g. {"--object-format=sha256"}. The branch is `main`.
  explicit GitRepo(const std::vector<std::string>& init_args = {});

  /// The work tree.
  const std::filesystem::path& path() const { return work_tree_; }
  std::filesystem::path operator/(std::string_view name) const { return work_tree_ / name; }
  /// The directory above the work tree: for clones, linked work trees and bare remotes.
  const std::filesystem::path& directory() const { return temp_.path(); }

  void write(std::string_view relative, std::string_view content) const;
  std::string read(std::string_view relative) const;
  /// stdout of `git ARGS…` in the work tree.
  std::string git(const std::vector<std::string>& args) const;
  std::string git_in(const std::filesystem::path& cwd, const std::vector<std::string>& args) const;
  /// `git add -A`, then a commit (also an empty one); returns its id.
  std::string commit(std::string_view message) const;

  /// The environment that git runs with, for tests that start commands of their own.
  const std::vector<std::string>& env() const { return env_; }

 private:
  TempDir temp_;
  std::filesystem::path work_tree_;
  std::vector<std::string> env_;
};

}  // namespace mlops::test
