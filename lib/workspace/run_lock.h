#pragma once

#include <optional>

#include "os/lock.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// A run and a checkout do not work in one work tree at a time: what a checkout restores meanwhile
/// would be stored as a stage's result, and a stage would read half of a version. A run holds the
/// lock alone; checkouts hold it together and take turns at Workspace::lock_file.

/// For a run. Unless it waits, Error{locked} that says whether another run or a checkout is at
/// work.
os::FileLock lock_for_run(const Workspace& workspace, os::LockWait wait, const os::Waiter& waiter);
/// For a checkout that no run asked for. Unless it waits, Error{locked} while a run is at work.
os::FileLock lock_for_checkout(const Workspace& workspace,
                               os::LockWait wait,
                               const os::Waiter& waiter);

/// Of the work tree at `top`, absolute: see Workspace::run_lock_file.
fs::path run_lock_file_of(const fs::path& state_directory, const fs::path& top);
/// Removes those that nobody holds: of work trees that are gone, too, which nobody can tell.
void remove_free_run_locks(const Workspace& workspace);

/// One process at a time replaces files of a work tree; waits for it, at most until `waiter` is
/// cancelled.
os::FileLock lock_work_tree(const Workspace& workspace, const os::Waiter& waiter);
/// Nothing while another process does.
std::optional<os::FileLock> try_lock_work_tree(const Workspace& workspace);

/// Both, for whoever changes pointers and what they name: no run, and nobody else's files.
struct ChangeLocks {
  os::FileLock run;
  os::FileLock tree;
};
ChangeLocks lock_for_change(const Workspace& workspace,
                            os::LockWait wait,
                            const os::Waiter& waiter);

}  // namespace mlops::workspace
