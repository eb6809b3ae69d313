#include "pipeline/lock_update.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/lock_read.h"
#include "pipeline/locked_form.h"
#include "pipeline/run.h"
#include "workspace/snapshot.h"
#include "workspace/tree_write.h"

namespace mlops::pipeline {

namespace {

/// Larger tracked files are data in git's clothes: their root is cheaper than reading them again.
constexpr std::uint64_t kMaxBlobBytes = 64ULL << 20U;

}  // namespace

LockUpdater::LockUpdater(workspace::Workspace& workspace,
                         const Pipeline& pipeline,
                         const Graph& graph)
    : workspace_(workspace),
      graph_(graph),
      file_(lock_file_of(pipeline.file)),
      text_(workspace::read_text(workspace.tree(), file_, workspace::kMaxLockBytes)) {}

void LockUpdater::load() {
  if (std::exchange(is_loaded_, true)) {
    return;
  }
  if (text_) {
    lock_ = parse_lock_of(workspace_, *text_, file_);
  }
  std::set<Place> present;
  const auto place_of = [](const workspace::LockedInstance& locked) {
    return Place{locked.stage, locked.matrix};
  };
  for (const auto& one : graph_.instances) {
    present.emplace(one.stage->name, locked_matrix(one));
  }
  has_gone_ = std::erase_if(lock_.instances, [&](const auto& locked) {
                return !present.contains(place_of(locked));
              }) > 0;
  for (std::size_t i = 0; i < lock_.instances.size(); ++i) {
    places_.emplace(place_of(lock_.instances[i]), i);
  }
  for (auto& locked : std::exchange(pending_, {})) {
    apply(std::move(locked));
  }
}

/// Only when it would say so of every instance: one left out may stand in it, or have left it.
bool LockUpdater::says_what_is_pending() {
  if (!text_ || pending_.size() != graph_.instances.size()) {
    return false;
  }
  workspace::Lock lock{std::move(pending_)};
  const bool is_same = workspace::format_lock(lock) == *text_;
  pending_ = std::move(lock.instances);
  return is_same;
}

/// Most deps are what a stage of this run made: its root is known, and the store only asked whether
/// it still has it.
std::optional<store::ObjectId> LockUpdater::find_made(const store::Entry& entry) const {
  const auto found = made_.find({entry.kind, entry.id});
  if (found == made_.end()) {
    return std::nullopt;
  }
  const auto root = workspace_.store().find_root(found->second);
  return root && root->top.id == entry.id ? std::optional(found->second) : std::nullopt;
}

workspace::LockedDep LockUpdater::lock_dep(const Input& input,
                                           Progress& progress,
                                           const CancelToken& cancel) {
  workspace::LockedDep dep;
  dep.path = input.path;
  auto& store = workspace_.store();
  const bool is_file = input.entry.kind == store::EntryKind::file ||
                       input.entry.kind == store::EntryKind::executable;
  if (is_file && input.entry.size <= kMaxBlobBytes &&
      workspace_.repository().is_tracked(input.path)) {
    const auto content = workspace::read_text(workspace_.tree(), input.path, kMaxBlobBytes);
    if (!content) {
      throw Error(ErrorKind::not_found, fmt::format("the dep {} is gone", quote(input.path)));
    }
    dep.git = workspace_.repository().hash_blob(*content);
    return dep;
  }
  dep.root = find_made(input.entry);
  if (!dep.root) {
    dep.root = store.find_root_of(input.entry);
  }
  if (!dep.root) {
    workspace::SnapshotOptions options;
    options.symlinks = workspace::Symlinks::store;
    options.git_files = workspace::GitFiles::allow;
    const os::Waiter waiter{progress, cancel};
    const auto writer = store.begin_write(&waiter);
    // A part of a data set that is not checked out has its objects in the store already.
    const bool is_here = workspace_.tree().lstat(input.path).has_value();
    auto top =
        is_here
            ? workspace::store_path(workspace_, *writer, input.path, options, progress, cancel).top
            : input.entry;
    top.name.clear();
    dep.root = writer->commit(top, input.path);
  }
  return dep;
}

void LockUpdater::record(const Instance& instance,
                         const std::vector<Input>& inputs,
                         const CacheEntry& entry,
                         Progress& progress,
                         const CancelToken& cancel) {
  workspace::LockedInstance locked = locked_form(instance);
  locked.environment = entry.environment;
  locked.grade = entry.grade;
  for (const auto& input : inputs) {
    locked.deps.push_back(lock_dep(input, progress, cancel));
  }
  for (const auto& out : entry.outs) {
    if (out.root) {
      made_.insert_or_assign({out.entry.kind, out.entry.id}, *out.root);
      locked.outs.push_back({out.path, *out.root, out.entry.files, out.entry.size});
    }
  }
  const auto by_path = [](const auto& a, const auto& b) { return a.path < b.path; };
  std::sort(locked.outs.begin(), locked.outs.end(), by_path);
  if (is_loaded_) {
    apply(std::move(locked));
  } else {
    pending_.push_back(std::move(locked));
  }
}

void LockUpdater::apply(workspace::LockedInstance locked) {
  auto& all = lock_.instances;
  const auto [known, is_new] = places_.try_emplace({locked.stage, locked.matrix}, all.size());
  if (is_new) {
    all.push_back(std::move(locked));
  } else if (all[known->second] != locked) {
    all[known->second] = std::move(locked);
  } else if (!has_gone_) {
    return;
  }
  has_gone_ = false;
  is_changed_ = true;
}

bool LockUpdater::save() {
  if (!is_loaded_ && !pending_.empty()) {
    if (says_what_is_pending()) {
      pending_.clear();
      return false;
    }
    load();
  }
  if (!is_changed_) {
    return false;
  }
  workspace::write_text(workspace_.tree(), file_, text());
  is_changed_ = false;
  return true;
}

std::string LockUpdater::text() {
  load();
  return workspace::format_lock(lock_);
}

}  // namespace mlops::pipeline
