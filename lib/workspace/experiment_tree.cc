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

/// What is kept for each work tree beside the store, by git's name for it.
void forget_tree(const fs::path& state, const std::string& name) {
  const std::string tree = "tree-" + name;
  os::remove_file(state / ("stat-cache-" + tree));
  os::remove_file(state / ("stat-cache-" + tree + ".lock"));
  os::remove_tree(state / ("partial-" + tree));
  os::remove_tree(state / ("bases-" + tree));
}

/// The name of an experiment, of its lock file; empty for files that are no such lock.
std::string experiment_of(const fs::path& file) {
  const std::string name = file.filename().string();
  const auto stat = os::lstat_file(file);
  if (!stat || stat->kind != os::FileKind::regular || !name.ends_with(kLockEnding) ||
      name.starts_with('.')) {
    return {};
  }
  return name.substr(0, name.size() - kLockEnding.size());
}

/// Names are hostile: whoever may write here must not lead us elsewhere.
void remove_left(Workspace& origin, Progress& progress) {
  const fs::path directory = directory_of(origin);
  const auto stat = os::lstat_file(directory);
  if (!stat) {
    return;
  }
  if (stat->kind != os::FileKind::directory) {
    throw Error(ErrorKind::config,
                fmt::format("{} is no directory", quote(directory.string())),
                "move it out of the way");
  }
  for (const std::string& file : os::list_directory(directory)) {
    const std::string name = experiment_of(directory / file);
    if (name.empty()) {
      continue;
    }
    const auto dead = os::FileLock::try_acquire(directory / file, os::LockMode::exclusive);
    if (!dead) {
      continue;
    }
    try {
      if (const auto tree =
              git::LinkedTree::remove_left(origin.repository().common_dir(), directory / name)) {
        forget_tree(origin.state_directory(), *tree);
      }
      os::remove_file(directory / file);
    } catch (const Error& error) {
      progress.warn(
          fmt::format("what a killed experiment left is not removed: {}", error.message()));
    }
  }
}

/// Nothing, too, for a file whose directory is a link now: git's index still has it.
std::optional<os::FileStat> lstat_here(const os::Beneath& tree, std::string_view path) {
  try {
    return tree.lstat(path);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::conflict) {
      throw;
    }
    return std::nullopt;
  }
}

void copy_here(const os::Beneath& from, const os::Beneath& to, std::string_view path) {
  const auto stat = lstat_here(from, path);
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
  if (to.lstat(path)) {
    return;  // named twice: as a file, and below a directory
  }
  if (stat->kind == os::FileKind::symlink) {
    to.make_symlink(from.read_link(path), path);
  } else if (stat->kind == os::FileKind::regular) {
    os::copy_file(from.path() / path, to.path() / path);
  }
}

}  // namespace

ExperimentTree::HeldName::~HeldName() {
  try {
    if (!file.empty()) {
      os::remove_file(file);
    }
  } catch (const Error&) {
    file.clear();  // the next experiment removes it
  }
}

ExperimentTree::HeldName ExperimentTree::take_name(Workspace& origin,
                                                   const std::string& name,
                                                   Progress& progress) {
  remove_left(origin, progress);
  const fs::path file = directory_of(origin) / (name + std::string(kLockEnding));
  os::make_directories(file.parent_path());
  auto lock = os::FileLock::try_acquire(file, os::LockMode::exclusive);
  if (!lock) {
    throw Error(ErrorKind::usage,
                fmt::format("there is an experiment {} already", quote(name)),
                "choose another --run-id");
  }
  return {file, std::move(*lock)};
}

ExperimentTree::ExperimentTree(Workspace& origin,
                               const OpenOptions& options,
                               const std::string& name,
                               const std::vector<std::string>& also,
                               const os::Waiter& waiter)
    : name_(take_name(origin, name, waiter.progress)) {
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
      os::remove_file(workspace_->run_lock_file());
      forget_tree(workspace_->state_directory(),
                  workspace_->repository().git_dir().filename().string());
    }
  } catch (const Error&) {
    workspace_.reset();  // a few small files are left
  }
}

}  // namespace mlops::workspace
