#include "workspace/data_merge.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workspace/data_sets.h"
#include "workspace/lock_file.h"
#include "workspace/run_lock.h"
#include "workspace/tree_path.h"
#include "workspace/tree_write.h"

namespace mlops::workspace {

namespace {

class Merger {
 public:
  Merger(Workspace& workspace,
         const MergeOptions& options,
         Progress& progress,
         const CancelToken& cancel)
      : workspace_(workspace), options_(options), progress_(progress), cancel_(cancel) {}

  MergeResult run() {
    find_unmerged();
    choose();
    check_choices();
    const MergeDecision decide = [&](std::string_view path) { return find_choice(path); };
    for (const TrackedVersions& versions : chosen_) {
      plans_.push_back(plan_merge(workspace_, versions, decide, cancel_));
      for (MergeConflict& conflict : plans_.back().conflicts) {
        result_.conflicts.push_back(std::move(conflict));
      }
    }
    if (result_.conflicts.empty()) {
      if (options_.dry_run == DryRun::yes) {
        std::for_each(plans_.begin(), plans_.end(), preview_merge);
        for (std::size_t i = 0; i < plans_.size(); ++i) {
          refuse_resolved(chosen_[i], plans_[i]);
        }
      } else if (!plans_.empty()) {
        carry_out();
      }
      for (const PlannedMerge& plan : plans_) {
        result_.merged.push_back({plan.path, plan.outcome, plan.pointer});
      }
    }
    return std::move(result_);
  }

 private:
  /// Other programs have files of these names too: what is no lock of ours is git's to merge.
  void find_unmerged() {
    for (const git::UnmergedPath& path : workspace_.repository().list_unmerged()) {
      const bool is_pointer = data_set_of(path.path).has_value();
      if (!is_pointer && !path.path.ends_with(kLockSuffix)) {
        continue;
      }
      TrackedVersions versions{path.path, read(path.base), read(path.ours), read(path.theirs)};
      const auto is_lock = [](const std::optional<std::string>& text) {
        return text && looks_like_lock(*text);
      };
      if (is_pointer || is_lock(versions.base) || is_lock(versions.ours) ||
          is_lock(versions.theirs)) {
        unmerged_.push_back(std::move(versions));
      }
    }
  }

  std::optional<std::string> read(const std::optional<git::TreeEntry>& side) const {
    if (!side) {
      return std::nullopt;
    }
    if (side->kind != git::EntryKind::file && side->kind != git::EntryKind::executable) {
      throw Error(
          ErrorKind::conflict,
          fmt::format("{} is no file on one side of the merge", quote(side->path)),
          shell_join({"git", "checkout", "--ours", "--", ":/" + side->path}) + " (or --theirs)");
    }
    return workspace_.repository().read_blob(side->oid, kMaxLockBytes);
  }

  static std::string_view name_of(const TrackedVersions& versions) {
    return data_set_of(versions.file).value_or(versions.file);
  }

  void choose() {
    if (options_.paths.empty()) {
      chosen_ = std::move(unmerged_);
      return;
    }
    for (TrackedVersions& versions : unmerged_) {
      const auto is_named = [&](const std::string& path) {
        return path == versions.file || path == name_of(versions);
      };
      if (std::any_of(options_.paths.begin(), options_.paths.end(), is_named)) {
        chosen_.push_back(std::move(versions));
      }
    }
    for (const std::string& path : options_.paths) {
      if (std::none_of(chosen_.begin(), chosen_.end(), [&](const TrackedVersions& versions) {
            return path == versions.file || path == name_of(versions);
          })) {
        throw Error(ErrorKind::not_found,
                    fmt::format("{} is no data set or lock that git left unmerged", quote(path)),
                    "git status; without a path, mlops data merge takes all that are");
      }
    }
  }

  /// A slip in a path would leave the conflict, and say nothing of the slip.
  void check_choices() const {
    for (const MergeChoice& choice : options_.choices) {
      if (std::any_of(
              options_.choices.begin(), options_.choices.end(), [&](const MergeChoice& other) {
                return other.path == choice.path && other.side != choice.side;
              })) {
        throw Error(ErrorKind::usage,
                    fmt::format("{} is named by --ours and by --theirs", quote(choice.path)),
                    "name it once");
      }
      if (std::none_of(chosen_.begin(), chosen_.end(), [&](const TrackedVersions& versions) {
            return is_within(choice.path, name_of(versions)) ||
                   is_within(name_of(versions), choice.path) || choice.path == versions.file;
          })) {
        throw Error(ErrorKind::not_found,
                    fmt::format("{} is in nothing that git left unmerged", quote(choice.path)),
                    "git status");
      }
    }
  }

  std::optional<MergeSide> find_choice(std::string_view path) const {
    const MergeChoice* inner = nullptr;
    for (const MergeChoice& choice : options_.choices) {
      const std::string_view covered = data_set_of(choice.path).value_or(choice.path);
      if (is_within(path, covered) &&
          (inner == nullptr || choice.path.size() >= inner->path.size())) {
        inner = &choice;
      }
    }
    return inner == nullptr ? std::nullopt : std::optional(inner->side);
  }

  /// The order is the contract: while the writer lives, gc removes nothing of what it stored.
  void carry_out() {
    const os::Waiter waiter{progress_, cancel_};
    const auto writer =
        workspace_.store().begin_write(options_.wait == os::LockWait::yes ? &waiter : nullptr);
    for (PlannedMerge& plan : plans_) {
      store_merge(*writer, plan);
    }
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      refuse_resolved(chosen_[i], plans_[i]);
    }
    for (const PlannedMerge& plan : plans_) {
      write(plan);
    }
    if (options_.stage == Stage::yes) {
      for (const PlannedMerge& plan : plans_) {
        result_.staged.push_back(plan.file);
      }
      workspace_.repository().stage(result_.staged);
    }
  }

  /// What git leaves of a conflict has its markers, is ours where its driver could not run, or, of
  /// a file that one side removed, the other side's. Another text is the user's own answer, unless
  /// a run that was killed wrote it.
  void refuse_resolved(const TrackedVersions& versions, const PlannedMerge& plan) const {
    if (options_.clobber == Clobber::rescue) {
      return;
    }
    const auto text = read_text(workspace_.tree(), plan.file, kMaxLockBytes);
    const bool has_both = versions.ours && versions.theirs;
    const bool is_of_git = !text || ("\n" + *text).find("\n<<<<<<<") != std::string::npos ||
                           text == versions.ours || (!has_both && text == versions.theirs);
    if (is_of_git || is_same_result(*text, plan)) {
      return;
    }
    const std::string file = workspace_.to_display(plan.file);
    throw Error(
        ErrorKind::conflict,
        fmt::format("{} was resolved by hand, and git does not know it yet", quote(file)),
        shell_join({"git", "add", "--", file}) + " keeps it; --force writes the merge over it");
  }

  /// A dry run has no root to compare.
  bool is_same_result(const std::string& text, const PlannedMerge& plan) const {
    if (options_.dry_run == DryRun::no || !plan.pointer) {
      return text == plan.text;
    }
    try {
      Pointer here = parse_pointer(text, plan.file);
      here.root = plan.pointer->root;
      return here == *plan.pointer;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::config) {
        throw;
      }
      return false;
    }
  }

  void write(const PlannedMerge& plan) const {
    const os::Beneath& tree = workspace_.tree();
    if (plan.outcome != MergeOutcome::removed) {
      tree.make_directories(parent_of(plan.file), os::Durability::durable);
      write_text(tree, plan.file, plan.text);
    } else if (tree.remove_file(plan.file)) {
      tree.sync_directory(parent_of(plan.file));
    }
  }

  Workspace& workspace_;
  const MergeOptions& options_;
  Progress& progress_;
  const CancelToken& cancel_;
  std::vector<TrackedVersions> unmerged_;
  std::vector<TrackedVersions> chosen_;
  std::vector<PlannedMerge> plans_;
  MergeResult result_;
};

}  // namespace

MergeResult merge_data(Workspace& workspace,
                       const MergeOptions& options,
                       Progress& progress,
                       const CancelToken& cancel) {
  std::optional<ChangeLocks> locks;
  if (options.dry_run == DryRun::no) {
    locks = lock_for_change(workspace, options.wait, {progress, cancel});
  }
  return Merger(workspace, options, progress, cancel).run();
}

}  // namespace mlops::workspace
