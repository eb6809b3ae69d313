#include "workspace/merge_plan.h"

#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workspace/data_sets.h"
#include "workspace/lock_merge.h"
#include "workspace/target_tree.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

class MergePlanner {
 public:
  MergePlanner(Workspace& workspace,
               const TrackedVersions& versions,
               const MergeDecision& decide,
               const CancelToken& cancel)
      : workspace_(workspace), versions_(versions), decide_(decide), cancel_(cancel) {}

  PlannedMerge run() {
    const auto data_set = data_set_of(versions_.file);
    if (!data_set && !versions_.file.ends_with(kLockSuffix)) {
      throw Error(ErrorKind::usage,
                  fmt::format("{} is neither a pointer nor a lock", quote(versions_.file)),
                  "git merge-file merges texts");
    }
    plan_.file = versions_.file;
    plan_.path = data_set.value_or(versions_.file);
    check_path(plan_.path, data_set ? "data set" : "lock");
    if (data_set) {
      merge_pointers();
    } else {
      merge_lock_texts();
    }
    return std::move(plan_);
  }

 private:
  /// A version of the data set.
  struct Version {
    Pointer pointer;
    store::Entry top;
  };

  std::string label(std::string_view side) const {
    return fmt::format("{} ({})", versions_.file, side);
  }

  std::optional<Version> load(const std::optional<std::string>& text, std::string_view side) {
    if (!text) {
      return std::nullopt;
    }
    const Pointer pointer = parse_pointer(*text, label(side));
    return Version{pointer, load_version(workspace_.store(), pointer, plan_.path, label(side))};
  }

  void merge_pointers() {
    const auto base = load(versions_.base, "base");
    const auto ours = load(versions_.ours, "ours");
    const auto theirs = load(versions_.theirs, "theirs");
    if (!ours || !theirs) {
      settle_removed(base, ours, theirs);
      return;
    }
    const store::Store& store = workspace_.store();
    MergedTree tree = merge_trees(
        plan_.path,
        {base ? std::optional(base->top) : std::nullopt, ours->top, theirs->top},
        [&](const store::ObjectId& id) { return store.read_node(id); },
        decide_,
        cancel_);
    if (!tree.conflicts.empty()) {
      plan_.conflicts = std::move(tree.conflicts);
      return;
    }
    if (!tree.directories.empty()) {
      check_names(tree);
      plan_.tree = std::move(tree);
    } else if (tree.top == ours->top) {
      take(MergeOutcome::ours, *ours);
    } else if (tree.top == theirs->top) {
      take(MergeOutcome::theirs, *theirs);
    } else {
      plan_.tree = std::move(tree);
    }
  }

  /// Removed as a whole on one side: whoever changed it since shall say what becomes of it.
  void settle_removed(const std::optional<Version>& base,
                      const std::optional<Version>& ours,
                      const std::optional<Version>& theirs) {
    const std::optional<Version>& left = ours ? ours : theirs;
    if (!left || (base && base->top == left->top)) {
      plan_.outcome = MergeOutcome::removed;
      return;
    }
    const auto side = decide_(plan_.path);
    if (!side) {
      using Kind = MergeConflict::Kind;
      plan_.conflicts.push_back(
          {ours ? Kind::deleted_by_them : Kind::deleted_by_us, plan_.path, {}});
    } else if (*side == MergeSide::ours ? ours.has_value() : theirs.has_value()) {
      take(ours ? MergeOutcome::ours : MergeOutcome::theirs, *left);
    } else {
      plan_.outcome = MergeOutcome::removed;
    }
  }

  void take(MergeOutcome outcome, const Version& version) {
    plan_.outcome = outcome;
    plan_.pointer = version.pointer;
    plan_.text = format_pointer(version.pointer);
  }

  /// What each side had alone may not stand together here. As checkout would find, but only where
  /// names of both came together.
  void check_names(const MergedTree& tree) const {
    TargetTree target;
    for (const MergedDirectory& directory : tree.directories) {
      if (directory.is_gone) {
        continue;
      }
      TargetDirectory names{directory.path, {}};
      for (const store::Entry& entry : directory.node.entries) {
        names.entries.push_back({entry});
      }
      target.directories.push_back(std::move(names));
    }
    auto clashes = find_clashes(target, workspace_.tree(), workspace_.folding(), cancel_);
    if (!clashes.empty()) {
      fail_problems(
          fmt::format("the merge of {} cannot be checked out", quote(plan_.path)),
          std::move(clashes),
          "rename one of each pair on its branch, mlops data add, commit, and merge again");
    }
  }

  void merge_lock_texts() {
    const auto parse = [&](const std::optional<std::string>& text, std::string_view side) {
      return text ? parse_lock(*text, label(side)) : Lock();
    };
    const LockMergeInput input{parse(versions_.base, "base"),
                               parse(versions_.ours, "ours"),
                               parse(versions_.theirs, "theirs")};
    MergedLock merged = merge_locks(
        plan_.path,
        input,
        [&](const store::ObjectId& root) { return canonical(root); },
        decide_(plan_.path));
    plan_.conflicts = std::move(merged.conflicts);
    const bool has_both = versions_.ours && versions_.theirs;
    if (plan_.conflicts.empty() && !has_both && merged.lock.instances.empty()) {
      plan_.outcome = MergeOutcome::removed;
    } else if (plan_.conflicts.empty()) {
      plan_.text = format_lock(merged.lock);
      parse_lock(plan_.text, label("merged"));
      plan_.outcome = plan_.text == versions_.ours     ? MergeOutcome::ours
                      : plan_.text == versions_.theirs ? MergeOutcome::theirs
                                                       : MergeOutcome::merged;
    }
  }

  store::ObjectId canonical(const store::ObjectId& root) const {
    const auto found = workspace_.store().find_root(root);
    return found ? workspace_.store().find_root_of(found->top).value_or(root) : root;
  }

  Workspace& workspace_;
  const TrackedVersions& versions_;
  const MergeDecision& decide_;
  const CancelToken& cancel_;
  PlannedMerge plan_;
};

store::Entry put_tree(store::Writer& writer, PlannedMerge& plan) {
  const auto top =
      put_merged(*std::exchange(plan.tree, std::nullopt), [&](const MergedDirectory& directory) {
        return writer.put_node(directory.node, {plan.path, directory.path});
      });
  if (!top) {
    throw Error(ErrorKind::internal, "a merge of two data sets left none");
  }
  return *top;
}

}  // namespace

std::string_view to_string(MergeOutcome outcome) {
  switch (outcome) {
    case MergeOutcome::merged:
      return "merged";
    case MergeOutcome::ours:
      return "ours";
    case MergeOutcome::theirs:
      return "theirs";
    case MergeOutcome::removed:
      return "removed";
  }
  return "merged";
}

PlannedMerge plan_merge(Workspace& workspace,
                        const TrackedVersions& versions,
                        const MergeDecision& decide,
                        const CancelToken& cancel) {
  return MergePlanner(workspace, versions, decide, cancel).run();
}

void preview_merge(PlannedMerge& plan) {
  if (plan.tree) {
    plan.pointer = make_pointer({}, put_tree(*store::make_hash_only_writer(), plan));
  }
}

void store_merge(store::Writer& writer, PlannedMerge& plan) {
  if (plan.tree) {
    const store::Entry top = put_tree(writer, plan);
    plan.pointer = make_pointer(writer.commit(top, plan.path), top);
    plan.text = format_pointer(*plan.pointer);
  }
}

}  // namespace mlops::workspace
