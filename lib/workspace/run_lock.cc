#include "workspace/run_lock.h"

#include <span>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/hex.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "os/file.h"

namespace mlops::workspace {

namespace {

constexpr std::string_view kRunLockPrefix = "run-";

fs::path make_lock_file(const Workspace& workspace) {
  fs::path file = workspace.run_lock_file();
  os::make_directories(file.parent_path(), os::Durability::durable);
  return file;
}

}  // namespace

os::FileLock lock_for_run(const Workspace& workspace, os::LockWait wait, const os::Waiter& waiter) {
  const fs::path file = make_lock_file(workspace);
  if (wait == os::LockWait::yes) {
    return os::FileLock::acquire(
        file, os::LockMode::exclusive, waiter, "waiting for another run or checkout");
  }
  if (auto lock = os::FileLock::try_acquire(file, os::LockMode::exclusive)) {
    return std::move(*lock);
  }
  // Whoever shares it is a checkout.
  const bool is_checkout = os::FileLock::try_acquire(file, os::LockMode::shared).has_value();
  throw Error(ErrorKind::locked,
              is_checkout ? "a checkout is at work in this work tree"
                          : "another run is at work in this work tree",
              "mlops run --wait");
}

os::FileLock lock_for_checkout(const Workspace& workspace,
                               os::LockWait wait,
                               const os::Waiter& waiter) {
  const fs::path file = make_lock_file(workspace);
  if (wait == os::LockWait::yes) {
    return os::FileLock::acquire(file, os::LockMode::shared, waiter, "waiting for a run");
  }
  if (auto lock = os::FileLock::try_acquire(file, os::LockMode::shared)) {
    return std::move(*lock);
  }
  throw Error(
      ErrorKind::locked,
      "a run is at work in this work tree: what is checked out now could become a result "
      "of its stages",
      "run the command again with --wait   (not in a stage: it gets the data that its deps name)");
}

fs::path run_lock_file_of(const fs::path& state_directory, const fs::path& top) {
  const auto digest = codec::sha256(codec::as_bytes(top.native()));
  return state_directory / "locks" /
         (std::string(kRunLockPrefix) + to_hex(std::span(digest).first(8)));
}

void remove_free_run_locks(const Workspace& workspace) {
  const fs::path directory = workspace.state_directory() / "locks";
  const auto stat = os::lstat_file(directory);
  if (!stat || stat->kind != os::FileKind::directory) {
    return;
  }
  for (const std::string& name : os::list_directory(directory)) {
    if (name.starts_with(kRunLockPrefix)) {
      os::FileLock::remove_free(directory / name);
    }
  }
}

os::FileLock lock_work_tree(const Workspace& workspace, const os::Waiter& waiter) {
  os::make_directories(workspace.state_directory());
  return os::FileLock::acquire(
      workspace.lock_file(), os::LockMode::exclusive, waiter, "waiting for another checkout");
}

std::optional<os::FileLock> try_lock_work_tree(const Workspace& workspace) {
  os::make_directories(workspace.state_directory());
  return os::FileLock::try_acquire(workspace.lock_file(), os::LockMode::exclusive);
}

ChangeLocks lock_for_change(const Workspace& workspace,
                            os::LockWait wait,
                            const os::Waiter& waiter) {
  os::FileLock run = lock_for_checkout(workspace, wait, waiter);
  return {std::move(run), lock_work_tree(workspace, waiter)};
}

}  // namespace mlops::workspace
