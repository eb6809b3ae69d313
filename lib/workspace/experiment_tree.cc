#include "workspace/experiment_tree.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "workspace/run_lock.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

constexpr std::string_view kLockEnding = ".lock";

fs::path directory_of(const Workspace& origin) {
  return origin.state_directory() / "experiments";
}

/// What is kept for each work tree beside the store, by git's name for it, and by its place.
void forget_tree(const fs::path& state, const std::string& name, const fs::path& place) {
  const std::string tree = "tree-" + name;
  os::remove_file(state / ("stat-cache-" + tree));
  os::FileLock::remove_free(state / ("stat-cache-" + tree + ".lock"));
  os::remove_tree(state / ("partial-" + tree));
  os::remove_tree(state / ("bases-" + tree));
  os::FileLock::remove_free(run_lock_file_of(state, place));
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

/// Lock files of experiments, by the name of each. Names are hostile: whoever may write here must
/// not lead us elsewhere.
std::vector<std::string> list_names(const fs::path& directory) {
  const auto stat = os::lstat_file(directory);
  if (!stat) {
    return {};
  }
  if (stat->kind != os::FileKind::directory) {
    throw Error(ErrorKind::config,
                fmt::format("{} is no directory", quote(directory.string())),
                "move it out of the way");
  }
  std::vector<std::string> names;
  for (const std::string& file : os::list_directory(directory)) {
    if (auto name = experiment_of(directory / file); !name.empty()) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

fs::path lock_of(const fs::path& directory, const std::string& name) {
  return directory / (name + std::string(kLockEnding));
}

/// A link into the user's tree by its absolute path would let the experiment write there: it leads
/// to the same place in the experiment's own tree.
std::string target_here(const std::string& target, const fs::path& origin, const fs::path& here) {
  const fs::path plain = fs::path(target).lexically_normal();
  const fs::path inside = plain.lexically_relative(origin);
  const bool leads_into_origin =
      plain.is_absolute() && !inside.empty() && *inside.begin() != fs::path("..");
  return leads_into_origin ? (here / inside).string() : target;
}

void copy_here(const os::Beneath& from, const os::Beneath& to, std::string_view path) {
  const auto stat = lstat_plain(from, path);
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
    to.make_symlink(target_here(from.read_link(path), from.path(), to.path()), path);
  } else if (stat->kind == os::FileKind::regular) {
    os::copy_file(from.path() / path, to.path() / path);
  }
}

/// Of a directory, "path/", nothing but itself.
void copy_one(const os::Beneath& from, const os::Beneath& to, const std::string& path) {
  if (path.ends_with('/')) {
    to.make_directories(std::string_view(path).substr(0, path.size() - 1));
  } else {
    copy_here(from, to, path);
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
  remove_left_experiments(origin, progress);
  const fs::path file = lock_of(directory_of(origin), name);
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
                               const IgnoredNeeds& needs,
                               const os::Waiter& waiter)
    : name_(take_name(origin, name, waiter.progress)) {
  const fs::path place = directory_of(origin) / name;
  tree_ = std::make_unique<git::LinkedTree>(origin.repository(), options.git, place);
  bring(origin, also, needs, waiter);
  // Not before: its settings are among the files.
  OpenOptions there = options;
  there.directory = place;
  workspace_ = Workspace::open(there);
}

void ExperimentTree::bring(Workspace& origin,
                           const std::vector<std::string>& also,
                           const IgnoredNeeds& needs,
                           const os::Waiter& waiter) {
  const os::Beneath& from = origin.tree();
  const os::Beneath to = os::Beneath::open(directory_of(origin) / name_.file.stem());
  IgnoredChoice choice = choose_ignored(from, tree_->ignored(), needs, waiter.cancel);
  waiter.progress.begin(
      "copying the code of the experiment",
      tree_->files().size() + also.size() + choice.declared.size() + choice.others.size(),
      0);
  const auto step = [&] {
    waiter.cancel.check();
    waiter.progress.advance(1, 0);
  };
  const auto copy_all = [&](const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
      step();
      copy_here(from, to, path.ends_with('/') ? path.substr(0, path.size() - 1) : path);
    }
  };
  copy_all(tree_->files());
  copy_all(also);
  for (const std::string& path : choice.declared) {
    step();
    copy_one(from, to, path);
  }
  left_out_ = std::move(choice.left_out);
  for (const std::string& path : choice.others) {
    step();
    try {
      copy_one(from, to, path);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::io) {
        throw;
      }
      left_out_.push_back(path);
    }
  }
  for (const std::string& path : choice.links) {
    to.make_directories(parent_of(path));
    to.make_symlink((from.path() / path).string(), path);
    used_in_place_.push_back(from.path() / path);
  }
  waiter.progress.end();
}

ExperimentTree::~ExperimentTree() {
  try {
    if (workspace_) {
      forget_tree(workspace_->state_directory(),
                  workspace_->repository().git_dir().filename().string(),
                  workspace_->top());
    }
  } catch (const Error&) {
    workspace_.reset();  // a few small files are left
  }
}

std::vector<std::string> list_left_experiments(const Workspace& workspace) {
  const fs::path directory = directory_of(workspace);
  std::vector<std::string> left;
  for (const std::string& name : list_names(directory)) {
    // Shared: two who look do not take each other for its owner.
    if (os::FileLock::try_acquire(lock_of(directory, name), os::LockMode::shared)) {
      left.push_back(name);
    }
  }
  return left;
}

void remove_left_experiments(Workspace& workspace, Progress& progress) {
  const fs::path directory = directory_of(workspace);
  for (const std::string& name : list_names(directory)) {
    const auto dead = os::FileLock::try_acquire(lock_of(directory, name), os::LockMode::exclusive);
    if (!dead) {
      continue;
    }
    try {
      if (const auto tree =
              git::LinkedTree::remove_left(workspace.repository().common_dir(), directory / name)) {
        forget_tree(workspace.state_directory(), *tree, directory / name);
      }
      os::remove_file(lock_of(directory, name));
    } catch (const Error& error) {
      progress.warn(
          fmt::format("what a killed experiment left is not removed: {}", error.message()));
    }
  }
}

}  // namespace mlops::workspace
