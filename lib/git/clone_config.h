#pragma once

#include <optional>
#include <string>

#include "git/git_command.h"
#include "git/repository.h"

namespace mlops::git {

/// Git's configuration of one clone, and where git looks for its hooks. Always git's own plumbing:
/// only git knows every include, scope and spelling. One thread.
class CloneConfig {
 public:
  /// Error{config} without git.
  static CloneConfig open(const fs::path& work_tree, const OpenOptions& options);

  /// As it holds here, whatever file it is from.
  std::optional<std::string> find(const std::string& key) const;
  /// In the file that all work trees of this clone share, and no other does.
  std::optional<std::string> find_own(const std::string& key) const;
  /// There; nothing: no value. Error{locked} while another git writes it.
  void set_own(const std::string& key, const std::optional<std::string>& value);
  /// Where git looks for hooks now: core.hooksPath, or in the common directory. Need not exist.
  fs::path hooks_directory() const;

 private:
  explicit CloneConfig(GitCommand git) : git_(std::move(git)) {}
  std::optional<std::string> get(const std::vector<std::string>& scope,
                                 const std::string& key) const;

  GitCommand git_;
};

}  // namespace mlops::git
