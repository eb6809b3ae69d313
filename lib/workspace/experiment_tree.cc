#include "workspace/experiment_tree.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

constexpr std::string_view kLockEnding = ".lock";

fs::path directory_of(const Workspace& origin) {
  return origin.state_directory() / "experiments";
}

/// What is kept for each work tree beside the store.
void forget_tree(const Workspace& workspace) {
  os::remove_file(workspace.stat_cache_file());
  os::remove_file(workspace.lock_file());
  os::remove_file(workspace.run_lock_file());
  os::remove_tree(workspace.partial_directory());
  os::remove_tree(workspace.base_directory());
}

/// Files of killed experiments, by locks that nobody holds any more.
void remove_left(Workspace& origin, Progress& progress) {
  const fs::path directory = directory_of(origin);
  if (!os::lstat_file(directory)) {
    return;
  }
  for (const std::string& name : os::list_directory(directory)) {
    if (!name.ends_with(kLockEnding)) {
      continue;
    }
    const auto dead = os::FileLock::try_acquire(directory / name, os::LockMode::exclusive);
    if (!dead) {
      continue;
    }
    try {
      git::LinkedTree::remove_left(origin.repository().common_dir(),
                                   directory / name.substr(0, name.size() - kLockEnding.size()));
      os::remove_file(directory / name);
    } catch (const Error& error) {
      progress.warn(
          fmt::format("what a killed experiment left is not removed: {}", error.message()));
    }
  }
}

void copy_here(const os::Beneath& from, const os::Beneath& to, std::string_view path) {
  const auto stat = from.lstat(path);
  if (!stat || leaf_of(path) == ".git") {
    return;  // deleted, or another repository's own
  }
  if (stat->kind == os::FileKind::directory) {
    to.make_directories(path);
    for (const std::string& name : from.list(path)) {
      copy_here(from, to, join_path(path, name));
    }
    return;
  }
  to.make_directories(parent_of(path));
  if (stat->kind == os::FileKind::symlink) {
    to.make_symlink(from.read_link(path), path);
  } else if (stat->kind == os::FileKind::regular && !to.lstat(path)) {
    os::copy_file(from.path() / path, to.path() / path);
  }
}

os::FileLock take(const fs::path& file) {
  os::make_directories(file.parent_path());
  auto lock = os::FileLock::try_acquire(file, os::LockMode::exclusive);
  if (!lock) {
    throw Error(ErrorKind::usage,
                fmt::format("there is an experiment {} already", quote(file.stem().string())),
                "choose another --run-id");
  }
  return std::move(*lock);
}

}  // namespace

ExperimentTree::ExperimentTree(Workspace& origin,
                               const OpenOptions& options,
                               const std::string& name,
                               const std::vector<std::string>& also,
                               const os::Waiter& waiter)
    : lock_((remove_left(origin, waiter.progress),
             take(directory_of(origin) / (name + std::string(kLockEnding))))),
      lock_file_(directory_of(origin) / (name + std::string(kLockEnding))) {
  const fs::path place = directory_of(origin) / name;
  tree_ = std::make_unique<git::LinkedTree>(origin.repository(), options.git, place);
  OpenOptions there = options;
  there.directory = place;
  workspace_ = Workspace::open(there);
  const auto copy_all = [&](const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
      waiter.cancel.check();
      waiter.progress.advance(1, 0);
      copy_here(origin.tree(),
                workspace_->tree(),
                path.ends_with('/') ? path.substr(0, path.size() - 1) : path);
    }
  };
  waiter.progress.begin(
      "copying the code of the experiment", tree_->files().size() + also.size(), 0);
  copy_all(tree_->files());
  copy_all(also);
  waiter.progress.end();
}

ExperimentTree::~ExperimentTree() {
  try {
    if (workspace_) {
      forget_tree(*workspace_);
      workspace_.reset();
    }
    tree_.reset();
    os::remove_file(lock_file_);
  } catch (const Error&) {
    // The lock ends with this process: the next experiment removes the rest.
    tree_.reset();
  }
}

}  // namespace mlops::workspace
