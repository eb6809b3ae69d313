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
#include "workspace/base_version.h"
#include "workspace/damaged_content.h"
#include "workspace/data.h"
#include "workspace/data_sets.h"
#include "workspace/gone_data_sets.h"
#include "workspace/ignore_file.h"
#include "workspace/leftovers.h"
#include "workspace/partial_checkout.h"
#include "workspace/restore_plan.h"
#include "workspace/revision.h"
#include "workspace/run_lock.h"
#include "workspace/tree_path.h"
#include "workspace/unknown_revision.h"

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

  /// Data sets by what of them is chosen.
  struct Choice {
    std::map<std::string, store::ObjectId, std::less<>> partial;  ///< only paths inside
    std::map<std::string, store::ObjectId, std::less<>> sparse;   ///< their parts
    std::map<std::string, store::ObjectId, std::less<>> whole;
    std::map<std::string, Parts, std::less<>> parts;  ///< those paths inside, relative to each
    std::map<std::string, Parts, std::less<>> moved;  ///< of data sets that had another path here
  };

  std::vector<std::string> problems() const { return revision_.problems(); }

  /// Of the work tree as a whole.
  std::vector<std::string> find_gone() const {
    return find_gone_data_sets(workspace_, index_, [&](std::string_view path) {
      return std::any_of(versions_.begin(), versions_.end(), [&](const Version& version) {
        return is_within(path, version.path) || is_within(version.path, path);
      });
    });
  }

  std::vector<RestoreTarget> choose(const std::vector<std::string>& paths,
                                    Extent extent,
                                    Choice& choice) const {
    if (extent == Extent::parts && revision_.commit().empty()) {
      find_moved(choice);
    }
    std::vector<RestoreTarget> inside;
    for (const std::string& path : paths) {
      choose_inside(path, extent, inside, choice);
    }
    std::vector<RestoreTarget> targets;
    for (const Version& version : versions_) {
      const bool wanted =
          paths.empty() || std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
            return is_within(version.path, path);
          });
      if (wanted) {
        targets.push_back(choose_whole(version, extent, choice));
      }
    }
    for (RestoreTarget& target : inside) {
      add_apart(targets, std::move(target));
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
              shell_join({"git", "rm", "--", ":/" + pointer_path(version.path)}));
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
                  shell_join({"git", "rm", "--cached", "--", ":/" + version.path}));
    }
    if (version.pointer) {
      const std::string file = pointer_path(version.path);
      return load_version(workspace_.store(),
                          *version.pointer,
                          version.path,
                          revision_.commit().empty() ? file : revision_.name() + ":" + file,
                          Need::part);
    }
    return load_top(workspace_.store(), version.root, "out " + quote(version.path), Need::part);
  }

  /// `entry`: what the version, whose top is `top`, has at `path`.
  RestoreTarget target_of(const Version& version,
                          const store::Entry& top,
                          const std::string& path,
                          store::Entry entry) const {
    RestoreTarget target{path, std::move(entry)};
    if (is_checkout_unfinished(workspace_, version.path)) {
      const auto begun = version_to_complete(workspace_, version.path, top);
      const auto below =
          begun ? find_below(workspace_.store(), *begun, remainder_of(path, version.path))
                : std::nullopt;
      target.unfinished = below ? below : target.top;
    }
    return target;
  }

  /// Git brought a data set under another path: what was sparse under the one that is gone, and is
  /// the same version, stays sparse.
  void find_moved(Choice& choice) const {
    for (const std::string& gone : find_gone()) {
      const auto parts = sparse_parts(workspace_, gone);
      if (!parts) {
        continue;
      }
      const auto versions_here = base_versions(workspace_, gone);
      if (versions_here.empty()) {
        continue;
      }
      const store::ObjectId root = versions_here.back();
      for (const Version& version : versions_) {
        if (version.pointer && version.root == root && !workspace_.tree().lstat(version.path) &&
            !is_partly_checked_out(workspace_, version.path)) {
          choice.moved.emplace(version.path, *parts);
        }
      }
    }
  }

  std::optional<Parts> parts_of(const Version& version, const Choice& choice) const {
    const auto moved = choice.moved.find(version.path);
    return moved == choice.moved.end() ? sparse_parts(workspace_, version.path)
                                       : std::optional(moved->second);
  }

  RestoreTarget choose_whole(const Version& version, Extent extent, Choice& choice) const {
    const store::Entry top = load(version);
    RestoreTarget target = target_of(version, top, version.path, top);
    auto parts = extent == Extent::full ? std::nullopt : parts_of(version, choice);
    if (!parts) {
      choice.whole.emplace(version.path, version.root);
      return target;
    }
    if (const auto more = choice.parts.find(version.path); more != choice.parts.end()) {
      parts->insert(parts->end(), more->second.begin(), more->second.end());
    }
    for (std::string& part : *parts) {
      part = join_path(version.path, part);
    }
    target.parts = std::move(parts);
    choice.sparse.emplace(version.path, version.root);
    return target;
  }

  /// A path inside a data set; one that holds data sets is dealt with elsewhere.
  void choose_inside(const std::string& path,
                     Extent extent,
                     std::vector<RestoreTarget>& targets,
                     Choice& choice) const {
    for (const std::string_view ancestor : ancestors_of(path)) {
      const Version* version = find(ancestor);
      if (version == nullptr) {
        continue;
      }
      const store::Entry top = load(*version);
      auto entry = with_damage_named(workspace_, ancestor, [&] {
        return find_below(workspace_.store(), top, remainder_of(path, ancestor));
      });
      if (!entry) {
        throw Error(
            ErrorKind::not_found,
            fmt::format(
                "{} is not in data set {} of {}", quote(path), quote(ancestor), revision_.name()),
            shell_join({"mlops", "data", "ls", "--", workspace_.to_display(ancestor)}));
      }
      if (extent == Extent::full) {
        throw Error(
            ErrorKind::usage,
            fmt::format("{} is inside {}: it is data sets that are brought in full",
                        quote(path),
                        quote(ancestor)),
            shell_join(
                {"mlops", "data", "checkout", "--full", "--", workspace_.to_display(ancestor)}));
      }
      add_apart(targets, target_of(*version, top, path, std::move(*entry)));
      choice.partial.emplace(version->path, version->root);
      choice.parts[version->path].emplace_back(remainder_of(path, ancestor));
      return;
    }
    if (std::none_of(versions_.begin(), versions_.end(), [&](const Version& version) {
          return is_within(version.path, path);
        })) {
      throw unknown_data_set(
          workspace_, path, revision_.name(), "data checkout", "mlops data status");
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

/// A part of a data set of which something is here completes or restores it, what is absent then,
/// the user removed, unless the data set is sparse already.
void note_partial(const Workspace& workspace, const Chooser::Choice& choice) {
  for (const auto& [path, parts] : choice.moved) {
    if (choice.sparse.contains(path)) {
      note_partial_checkout(workspace, path, parts);
    }
  }
  for (const auto& [path, root] : choice.partial) {
    const bool is_sparse =
        !workspace.tree().lstat(path) || sparse_parts(workspace, path).has_value();
    if (!choice.whole.contains(path) && is_sparse) {
      note_partial_checkout(workspace, path, choice.parts.at(path));
    }
  }
}

std::vector<std::string> sparse_after(const Workspace& workspace, const Chooser::Choice& choice) {
  std::vector<std::string> paths;
  for (const auto& [path, root] : choice.sparse) {
    paths.push_back(path);
  }
  for (const auto& [path, root] : choice.partial) {
    if (!choice.whole.contains(path) && !choice.sparse.contains(path) &&
        sparse_parts(workspace, path)) {
      paths.push_back(path);
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

using Versions = std::map<std::string, store::ObjectId, std::less<>>;

/// The chosen data sets and outs in which the plan changes something.
Versions changed_by(const RestorePlan& plan, const Chooser::Choice& choice) {
  Versions changed;
  std::string_view last;
  const auto note = [&](std::string_view path) {
    if (!last.empty() && is_within(path, last)) {
      return;
    }
    for (std::string_view up = path; !up.empty(); up = parent_of(up)) {
      for (const Versions* versions : {&choice.whole, &choice.sparse, &choice.partial}) {
        if (const auto found = versions->find(up); found != versions->end()) {
          last = changed.insert(*found).first->first;
          return;
        }
      }
    }
  };
  for (const std::string& directory : plan.directories_to_make) {
    note(directory);
  }
  for (const PlannedRemoval& removal : plan.removals) {
    note(removal.path);
  }
  for (const PlannedWrite& write : plan.writes) {
    note(write.path);
  }
  return changed;
}

/// Before the first change. Returns the data sets that no note told of.
std::vector<std::string> note_unfinished(const Workspace& workspace,
                                         const Versions& changed,
                                         const Chooser::Choice& choice) {
  std::vector<std::string> noted;
  for (const auto& [path, root] : changed) {
    const bool is_new = !is_checkout_unfinished(workspace, path);
    if (is_new || !choice.partial.contains(path)) {
      note_unfinished_checkout(workspace, path, root);
    }
    if (is_new) {
      noted.push_back(path);
    }
  }
  return noted;
}

/// After the last change. A part does not finish an earlier checkout of the whole.
void forget_notes(const Workspace& workspace,
                  const std::vector<std::string>& noted,
                  const Chooser::Choice& choice) {
  for (const std::string& path : noted) {
    forget_unfinished_checkout(workspace, path);
  }
  for (const auto& [path, root] : choice.sparse) {
    forget_unfinished_checkout(workspace, path);
  }
  for (const auto& [path, root] : choice.whole) {
    forget_unfinished_checkout(workspace, path);
    forget_partial_checkout(workspace, path);
  }
}

/// The version of the pointer as it is now, which is another than what was asked for with a
/// revision: the user saw both. A pointer that cannot be read is no base.
void note_base(const Workspace& workspace, const std::string& data_set) {
  try {
    if (const auto pointer = read_pointer(workspace, data_set)) {
      note_base_versions(workspace, data_set, {pointer->root});
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config && error.kind() != ErrorKind::conflict) {
      throw;
    }
    forget_base_version(workspace, data_set);
  }
}

/// After the last change. What is here of a data set that got a part more is no newer for it.
void note_bases(const Workspace& workspace, const Chooser::Choice& choice) {
  for (const auto* versions : {&choice.whole, &choice.sparse}) {
    for (const auto& [path, root] : *versions) {
      note_base(workspace, path);
    }
  }
  for (const auto& [path, root] : choice.partial) {
    if (base_versions(workspace, path).empty() && sparse_parts(workspace, path)) {
      note_base(workspace, path);
    }
  }
}

std::set<std::string> surroundings_of(const std::vector<RestoreTarget>& targets) {
  std::set<std::string> directories;
  for (const RestoreTarget& target : targets) {
    directories.emplace(parent_of(target.path));
  }
  return directories;
}

/// What is about to come, and data sets that lie here although somebody took their lines away. Outs
/// may be metrics that git is to have: a run knows.
std::vector<std::string> ignore_data(Workspace& workspace,
                                     const Versions& changed,
                                     const Chooser::Choice& choice) {
  std::vector<std::string> here;
  for (const Versions* versions : {&choice.whole, &choice.sparse, &choice.partial}) {
    for (const auto& [path, root] : *versions) {
      if (workspace.tree().lstat(path) && workspace.tree().lstat(pointer_path(path))) {
        here.push_back(path);
      }
    }
  }
  const std::vector<std::string> seen = find_unignored(workspace, here);
  std::set<std::string> paths(seen.begin(), seen.end());
  for (const auto& [path, root] : changed) {
    if (!workspace.repository().is_ignored(path)) {
      workspace.tree().make_directories(parent_of(path), os::Durability::durable);
      paths.insert(path);
    }
  }
  return paths.empty() ? std::vector<std::string>()
                       : ignore_paths(workspace, {paths.begin(), paths.end()});
}

}  // namespace

CheckoutResult checkout_data(Workspace& workspace,
                             const CheckoutOptions& options,
                             Progress& progress,
                             const CancelToken& cancel) {
  const bool is_dry = options.restore.dry_run == DryRun::yes;
  std::optional<os::FileLock> run_lock;
  std::optional<os::FileLock> tree_lock;
  if (options.run_lock == RunLock::take && !is_dry) {
    run_lock = lock_for_checkout(workspace, options.wait, {progress, cancel});
  }
  if (!is_dry) {
    // Before the pointers are read: another command may be moving data sets.
    tree_lock = lock_work_tree(workspace, {progress, cancel});
  }
  Chooser::Choice choice;
  const Chooser chooser(workspace, options);
  const std::vector<RestoreTarget> targets = chooser.choose(options.paths, options.extent, choice);
  for (const std::string& problem : chooser.problems()) {
    progress.warn(problem);
  }
  if (!is_dry) {
    note_partial(workspace, choice);
  }
  CheckoutResult result;
  result.sparse = sparse_after(workspace, choice);
  for (const RestoreTarget& target : targets) {
    result.data_sets.push_back(target.path);
  }
  std::sort(result.data_sets.begin(), result.data_sets.end());
  RestoreOptions restore = options.restore;
  restore.new_files = NewFiles::in_place;  // every data set that changes is noted first
  RestorePlan plan = plan_restore(workspace, targets, restore, progress, cancel);
  std::vector<std::string> noted;
  if (!is_dry && may_proceed(plan, options.restore.clobber)) {
    const Versions changed = changed_by(plan, choice);
    noted = note_unfinished(workspace, changed, choice);
    // Before the data is there: git never sees it without the line.
    result.ignore_files = ignore_data(workspace, changed, choice);
  }
  result.total =
      apply_plan(workspace, targets, std::move(plan), restore, {progress, cancel}, TreeLock::held);
  if (options.paths.empty() && !options.revision && result.total.kept.empty()) {
    result.gone = chooser.find_gone();
    GoneResult gone =
        remove_gone_data_sets(workspace, result.gone, options.restore.dry_run, progress, cancel);
    result.left = std::move(gone.left);
    result.total.removed_files += gone.removed_files;
    std::move(gone.would_remove.begin(),
              gone.would_remove.end(),
              std::back_inserter(result.total.would_remove));
  }
  if (is_dry) {
    return result;
  }
  if (result.total.kept.empty()) {
    note_bases(workspace, choice);
    forget_notes(workspace, noted, choice);
  }
  sweep_leftovers(workspace.tree(), surroundings_of(targets));
  workspace.save_stat_cache(progress);
  return result;
}

}  // namespace mlops::workspace
