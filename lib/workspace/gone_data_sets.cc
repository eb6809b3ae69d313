#include "workspace/gone_data_sets.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "workspace/base_version.h"
#include "workspace/restore_plan.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

/// Commits that keep a version for as long as the user wants it.
std::vector<git::Oid> kept_commits(const git::Repository& repository) {
  std::vector<git::Oid> commits;
  for (const git::Ref& ref : repository.list_refs()) {
    commits.push_back(ref.commit);
  }
  for (const char* name : {"HEAD", "HEAD@{1}"}) {
    if (const auto commit = repository.find_commit(name)) {
      commits.push_back(*commit);
    }
  }
  std::sort(commits.begin(), commits.end());
  commits.erase(std::unique(commits.begin(), commits.end()), commits.end());
  return commits;
}

bool names_root(const git::Repository& repository,
                const git::Oid& commit,
                const std::string& data_set,
                const store::ObjectId& root) {
  const auto entry = repository.find_entry(commit, pointer_path(data_set));
  if (!entry || entry->kind != git::EntryKind::file) {
    return false;
  }
  try {
    return parse_pointer(repository.read_blob(entry->oid, kMaxPointerBytes), data_set).root == root;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config) {
      throw;
    }
    return false;  // no pointer of ours
  }
}

/// As git does, but never the directory in which the user stands.
void remove_empty_parents(const Workspace& workspace, std::string_view path) {
  const std::string here = workspace.directory().lexically_relative(workspace.top()).string();
  for (std::string_view up = parent_of(path); !up.empty() && !is_within(here, up);
       up = parent_of(up)) {
    if (!workspace.tree().remove_empty_directory(up)) {
      return;
    }
  }
}

}  // namespace

std::vector<std::string> find_gone_data_sets(
    Workspace& workspace,
    const IndexView& index,
    const std::function<bool(std::string_view)>& has_version) {
  std::vector<std::string> gone;
  for (std::string& path : list_based_data_sets(workspace)) {
    const std::string pointer = pointer_path(path);
    const bool is_there = workspace.tree().lstat(pointer) || index.has_file(pointer) ||
                          index.has_file(path) || index.has_directory(path) || has_version(path);
    if (!is_there && workspace.tree().lstat(path) && !workspace.repository().is_ignored(path)) {
      gone.push_back(std::move(path));
    }
  }
  if (gone.empty()) {
    return gone;
  }
  const std::vector<git::Oid> commits = kept_commits(workspace.repository());
  std::erase_if(gone, [&](const std::string& path) {
    const store::ObjectId root = base_versions(workspace, path).back();
    return std::none_of(commits.begin(), commits.end(), [&](const git::Oid& commit) {
      return names_root(workspace.repository(), commit, path, root);
    });
  });
  return gone;
}

GoneResult remove_gone_data_sets(Workspace& workspace,
                                 const std::vector<std::string>& data_sets,
                                 DryRun dry_run,
                                 Progress& progress,
                                 const CancelToken& cancel) {
  GoneResult result;
  if (data_sets.empty()) {
    return result;
  }
  RestoreOptions options;
  options.dry_run = dry_run;
  std::vector<RestoreTarget> targets;
  targets.reserve(data_sets.size());
  for (const std::string& path : data_sets) {
    targets.push_back({path, std::nullopt});
  }
  RestorePlan plan = plan_restore(workspace, targets, options, progress, cancel);
  for (Obstacle& obstacle : std::exchange(plan.obstacles, {})) {
    result.left.push_back(std::move(obstacle.path));
  }
  RestoreResult done =
      apply_plan(workspace, targets, std::move(plan), options, {progress, cancel}, TreeLock::held);
  result.removed_files = done.removed_files;
  result.would_remove = std::move(done.would_remove);
  if (dry_run == DryRun::no) {
    for (const std::string& path : data_sets) {
      if (!workspace.tree().lstat(path)) {
        forget_base_version(workspace, path);
        remove_empty_parents(workspace, path);
      }
    }
  }
  return result;
}

}  // namespace mlops::workspace
