#pragma once

#include <string>
#include <vector>

namespace mlops::os {

/// What a child sees in place of a directory of ours: `view` appears at `directory`, and in it
/// every `shared` file or directory, read-only. All paths are absolute; the targets exist in
/// `view`. Nobody but the child and its children sees any of it.
struct Sandbox {
  struct Shared {
    std::string source;
    std::string target;  ///< in `view`
  };
  std::string view;
  std::string directory;
  std::vector<Shared> shared;
};

/// Whether children of ours may have one: as root, or where users may have namespaces. Asked once.
bool can_sandbox();

/// For a child between fork and exec: allocates nothing. False with errno.
bool enter_sandbox(const Sandbox& sandbox) noexcept;

}  // namespace mlops::os
