#include "workspace/leftovers.h"

#include "base/error.h"
#include "os/lock.h"
#include "workspace/tree_path.h"
#include "workspace/tree_scan.h"

namespace mlops::workspace {

namespace {

/// A directory of that name is a trial of somebody who only looks, and has no lock.
void remove_if_abandoned(const os::Beneath& tree, const std::string& path) {
  const auto stat = tree.lstat(path);
  if (!stat) {
    return;
  }
  os::Fd lock;
  const bool is_abandoned =
      stat->kind == os::FileKind::symlink ||
      (stat->kind == os::FileKind::regular &&
       os::lock_open_file(tree.open_file(path), lock) == os::OpenFileLock::taken);
  if (is_abandoned) {
    tree.remove_file(path);
  }
}

void sweep(const os::Beneath& tree, const std::string& directory) {
  for (const std::string& name : tree.list(directory)) {
    if (is_leftover(name)) {
      remove_if_abandoned(tree, join_path(directory, name));
    }
  }
}

}  // namespace

void sweep_leftovers(const os::Beneath& tree, const std::set<std::string>& directories) {
  for (const std::string& directory : directories) {
    try {
      sweep(tree, directory);
    } catch (const Error&) {
      // Gone meanwhile, or not ours to change: no reason to fail for who has done his work.
      continue;
    }
  }
}

}  // namespace mlops::workspace
