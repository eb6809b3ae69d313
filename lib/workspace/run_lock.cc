#include "workspace/run_lock.h"

#include <optional>
#include <utility>

#include "base/error.h"
#include "os/file.h"

namespace mlops::workspace {

namespace {

std::optional<os::FileLock> acquire(const Workspace& workspace, os::LockMode mode) {
  const fs::path file = workspace.run_lock_file();
  os::make_directories(file.parent_path());
  return os::FileLock::acquire(file, mode, os::LockWait::no);
}

}  // namespace

os::FileLock lock_for_run(const Workspace& workspace) {
  if (auto lock = acquire(workspace, os::LockMode::exclusive)) {
    return std::move(*lock);
  }
  // Whoever shares it is a checkout.
  if (acquire(workspace, os::LockMode::shared)) {
    throw Error(ErrorKind::locked,
                "a checkout is at work in this work tree",
                "run it again when mlops data checkout has ended");
  }
  throw Error(ErrorKind::locked, "another run is at work in this work tree", "mlops status");
}

os::FileLock lock_for_checkout(const Workspace& workspace) {
  if (auto lock = acquire(workspace, os::LockMode::shared)) {
    return std::move(*lock);
  }
  throw Error(ErrorKind::locked,
              "a run is at work in this work tree: what is checked out now could become a result "
              "of its stages",
              "run it again when mlops run has ended; a stage gets the data that its deps name");
}

}  // namespace mlops::workspace
