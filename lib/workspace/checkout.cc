#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workspace/data.h"
#include "workspace/data_sets.h"
#include "workspace/partial_checkout.h"
#include "workspace/restore_plan.h"
#include "workspace/revision.h"
#include "workspace/run_lock.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

/// A data set or out of the version that is checked out.
struct Version {
  std::string path;
  store::ObjectId root;
  std::optional<Pointer> pointer;  ///< nothing for an out
};

class Chooser {
 public:
  Chooser(Workspace& workspace, const CheckoutOptions& options)
      : workspace_(workspace),
        revision_(Revision::open(workspace, options.revision, options.lock_files)),
        index_(workspace.repository()) {
    for (auto& [path, pointer] : revision_.list_pointers()) {
      versions_.push_back({path, pointer.root, pointer});
    }
    add_outs();
    std::sort(versions_.begin(), versions_.end(), [](const Version& a, const Version& b) {
      return a.path < b.path;
    });
    refuse_nesting();
  }

  /// Data sets of which only a part is chosen, and those that are chosen as a whole.
  struct Extent {
    std::map<std::string, store::ObjectId, std::less<>> partial;
    std::map<std::string, store::ObjectId, std::less<>> whole;
  };

  std::vector<RestoreTarget> choose(const std::vector<std::string>& paths, Extent& extent) const {
    std::vector<RestoreTarget> targets;
    for (const Version& version : versions_) {
      const bool wanted =
          paths.empty() || std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
            return is_within(version.path, path);
          });
      if (wanted) {
        targets.push_back({version.path, load(version)});
        extent.whole.emplace(version.path, version.root);
      }
    }
    for (const std::string& path : paths) {
      choose_inside(path, targets, extent);
    }
    return targets;
  }

 private:
  void add_outs() {
    const std::size_t data_sets = versions_.size();
    for (const LockedOut& out : revision_.list_outs()) {
      const bool is_covered =
          std::any_of(versions_.begin(),
                      versions_.begin() + static_cast<std::ptrdiff_t>(data_sets),
                      [&](const Version& version) { return is_within(out.path, version.path); });
      // Metrics are outs that stay in git; their versions come and go with git's own checkout.
      if (!is_covered && !index_.has_file(out.path)) {
        versions_.push_back({out.path, out.root, std::nullopt});
      }
    }
  }

  void refuse_nesting() const {
    for (const Version& version : versions_) {
      for (const std::string_view ancestor : ancestors_of(version.path)) {
        if (find(ancestor) != nullptr) {
          throw Error(
              ErrorKind::config,
              fmt::format("data set {} lies inside {}", quote(version.path), quote(ancestor)),
              shell_join({"git", "rm", "--", pointer_path(version.path)}));
        }
      }
    }
  }

  const Version* find(std::string_view path) const {
    const auto found = std::lower_bound(
        versions_.begin(),
        versions_.end(),
        path,
        [](const Version& version, std::string_view wanted) { return version.path < wanted; });
    return found != versions_.end() && found->path == path ? &*found : nullptr;
  }

  store::Entry load(const Version& version) const {
    if (index_.has_file(version.path)) {
      throw Error(ErrorKind::conflict,
                  fmt::format("git tracks {}, which is a data set too", quote(version.path)),
                  shell_join({"git", "rm", "--cached", "--", version.path}));
    }
    if (version.pointer) {
      const std::string file = pointer_path(version.path);
      return load_version(workspace_.store(),
                          *version.pointer,
                          version.path,
                          revision_.commit().empty() ? file : revision_.name() + ":" + file);
    }
    return load_top(workspace_.store(), version.root, "out " + quote(version.path));
  }

  /// A path inside a data set; one that holds data sets was dealt with.
  void choose_inside(const std::string& path,
                     std::vector<RestoreTarget>& targets,
                     Extent& extent) const {
    for (const std::string_view ancestor : ancestors_of(path)) {
      const Version* version = find(ancestor);
      if (version == nullptr) {
        continue;
      }
      auto entry = find_below(workspace_.store(), load(*version), remainder_of(path, ancestor));
      if (!entry) {
        throw Error(
            ErrorKind::not_found,
            fmt::format(
                "{} is not in data set {} of {}", quote(path), quote(ancestor), revision_.name()),
            shell_join({"mlops", "data", "ls", std::string(ancestor)}));
      }
      add_apart(targets, {path, std::move(entry)});
      extent.partial.emplace(version->path, version->root);
      return;
    }
    if (std::none_of(versions_.begin(), versions_.end(), [&](const Version& version) {
          return is_within(version.path, path);
        })) {
      throw Error(ErrorKind::not_found,
                  fmt::format("{} is no data set, in {}", quote(path), revision_.name()),
                  "mlops data status");
    }
  }

  /// Of paths within each other, the outer one does.
  static void add_apart(std::vector<RestoreTarget>& targets, RestoreTarget target) {
    if (std::any_of(targets.begin(), targets.end(), [&](const RestoreTarget& other) {
          return is_within(target.path, other.path);
        })) {
      return;
    }
    std::erase_if(targets,
                  [&](const RestoreTarget& other) { return is_within(other.path, target.path); });
    targets.push_back(std::move(target));
  }

  Workspace& workspace_;
  Revision revision_;
  IndexView index_;
  std::vector<Version> versions_;  ///< sorted by path
};

/// A part of a data set of which something is here completes or restores it: what is absent then,
/// the user removed.
void note_partial(const Workspace& workspace, const Chooser::Extent& extent) {
  for (const auto& [path, root] : extent.partial) {
    if (!extent.whole.contains(path) && !workspace.tree().lstat(path)) {
      note_partial_checkout(workspace, path);
    }
  }
}

/// Notes, before the first change, the data sets in which the plan changes something. When the
/// checkout does not come to its end, what is absent in them is not deleted.
class UnfinishedNotes {
 public:
  UnfinishedNotes(const Workspace& workspace, const Chooser::Extent& extent)
      : workspace_(workspace), extent_(extent) {}

  void write(const RestorePlan& plan) {
    for (const std::string& directory : plan.directories_to_make) {
      touch(directory);
    }
    for (const PlannedRemoval& removal : plan.removals) {
      touch(removal.path);
    }
    for (const PlannedWrite& write : plan.writes) {
      touch(write.path);
    }
  }

  void finish() const {
    forget_new();
    for (const auto& [path, root] : extent_.whole) {
      forget_unfinished_checkout(workspace_, path);
    }
  }
  /// A note of an earlier checkout stays: a part, or nothing, does not finish that.
  void forget_new() const {
    for (const std::string& path : noted_) {
      forget_unfinished_checkout(workspace_, path);
    }
  }

 private:
  void touch(std::string_view path) {
    if (!last_.empty() && is_within(path, last_)) {
      return;
    }
    for (std::string_view up = path; !up.empty(); up = parent_of(up)) {
      for (const auto* versions : {&extent_.whole, &extent_.partial}) {
        if (const auto found = versions->find(up); found != versions->end()) {
          last_ = found->first;
          note(found->first, found->second);
          return;
        }
      }
    }
  }

  void note(const std::string& path, const store::ObjectId& root) {
    if (noted_.contains(path)) {
      return;
    }
    const bool is_new = !is_checkout_unfinished(workspace_, path);
    if (is_new || extent_.whole.contains(path)) {
      note_unfinished_checkout(workspace_, path, root);
    }
    if (is_new) {
      noted_.insert(path);
    }
  }

  const Workspace& workspace_;
  const Chooser::Extent& extent_;
  std::set<std::string> noted_;
  std::string_view last_;
};

}  // namespace

CheckoutResult checkout_data(Workspace& workspace,
                             const CheckoutOptions& options,
                             Progress& progress,
                             const CancelToken& cancel) {
  std::optional<os::FileLock> lock;
  if (options.run_lock == RunLock::take) {
    lock = lock_for_checkout(workspace);
  }
  Chooser::Extent extent;
  const std::vector<RestoreTarget> targets =
      Chooser(workspace, options).choose(options.paths, extent);
  note_partial(workspace, extent);
  CheckoutResult result;
  for (const RestoreTarget& target : targets) {
    result.data_sets.push_back(target.path);
  }
  std::sort(result.data_sets.begin(), result.data_sets.end());
  RestorePlan plan = plan_restore(workspace, targets, options.restore, progress, cancel);
  UnfinishedNotes notes(workspace, extent);
  if (plan.obstacles.empty() || options.restore.clobber == Clobber::rescue) {
    notes.write(plan);
  }
  result.total = apply_plan(workspace, targets, std::move(plan), options.restore, progress, cancel);
  if (result.total.kept.empty()) {
    notes.finish();
    for (const auto& [path, root] : extent.whole) {
      forget_partial_checkout(workspace, path);
    }
  } else {
    notes.forget_new();
  }
  workspace.save_stat_cache(progress);
  return result;
}

}  // namespace mlops::workspace
