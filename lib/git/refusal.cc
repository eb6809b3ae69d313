#include "git/refusal.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace mlops::git {

void refuse_bare(const fs::path& directory) {
  throw Error(
      ErrorKind::config,
      fmt::format("{} is in a bare repository, which has no work tree", quote(directory.string())),
      "git clone it, and work in the clone");
}

void refuse_inside_git_dir(const fs::path& directory) {
  throw Error(
      ErrorKind::config,
      fmt::format("{} is inside a git directory, not in a work tree", quote(directory.string())),
      "cd to the work tree");
}

void refuse_unsafe(const fs::path& directory) {
  throw Error(
      ErrorKind::config,
      fmt::format("the repository at {} belongs to another user", quote(directory.string())),
      "if you trust it: git config --global --add safe.directory " +
          shell_quote(directory.string()));
}

void refuse_broken(const fs::path& directory, std::string_view reason) {
  throw Error(
      ErrorKind::config,
      fmt::format("the repository at {} cannot be opened: {}", quote(directory.string()), reason),
      "git status");
}

void refuse_without_git(std::string_view reason) {
  throw Error(ErrorKind::config,
              fmt::format("the git executable is needed and not in PATH: {}", reason),
              "apt-get install git");
}

}  // namespace mlops::git
