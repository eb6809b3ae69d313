#include "workspace/data_remove.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workspace/base_version.h"
#include "workspace/data_sets.h"
#include "workspace/ignore_file.h"
#include "workspace/partial_checkout.h"
#include "workspace/restore_plan.h"
#include "workspace/run_lock.h"
#include "workspace/stat_cache.h"
#include "workspace/tree_path.h"
#include "workspace/tree_write.h"

namespace mlops::workspace {

namespace {

class Remover {
 public:
  Remover(Workspace& workspace,
          const RemoveOptions& options,
          Progress& progress,
          const CancelToken& cancel)
      : workspace_(workspace),
        tree_(workspace.tree()),
        options_(options),
        progress_(progress),
        cancel_(cancel),
        index_(workspace.repository()) {}

  RemoveResult run(std::vector<std::string> paths) {
    std::sort(paths.begin(), paths.end());
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    for (const std::string& path : paths) {
      check(path);
    }
    result_.data_sets = std::move(paths);
    if (options_.keep_data == KeepData::no) {
      remove_content();
    }
    if (options_.dry_run == DryRun::no && result_.total.kept.empty()) {
      remove_pointers();
      workspace_.save_stat_cache(progress_);
    }
    return std::move(result_);
  }

 private:
  std::string shown(std::string_view path) const { return workspace_.to_display(path); }
  std::string named(std::string_view path) const { return quote(shown(path)); }

  void check(const std::string& path) {
    const std::string file = pointer_path(path);
    const bool is_valid = path_problem(path).empty();
    const auto text = is_valid ? read_text(tree_, file, kMaxPointerBytes) : std::nullopt;
    if (!text && !(is_valid && index_.has_file(file))) {
      throw Error(ErrorKind::not_found,
                  fmt::format("{} is no data set", named(path)),
                  "mlops data status; what git tracks, git rm removes");
    }
    if (!text || options_.keep_data == KeepData::yes || options_.clobber == Clobber::rescue) {
      return;  // its pointer went already, or nothing can get lost
    }
    if (text != committed_text(file)) {
      throw Error(ErrorKind::conflict,
                  fmt::format("the last commit does not have this version of {}", named(path)),
                  "git commit; or --cached keeps the data, --force removes it");
    }
  }

  std::optional<std::string> committed_text(const std::string& file) const {
    const git::Repository& repository = workspace_.repository();
    const auto head = repository.find_commit("HEAD");
    const auto entry = head ? repository.find_entry(*head, file) : std::nullopt;
    return entry && entry->kind == git::EntryKind::file
               ? std::optional(repository.read_blob(entry->oid, kMaxPointerBytes))
               : std::nullopt;
  }

  void remove_content() {
    std::vector<RestoreTarget> targets;
    targets.reserve(result_.data_sets.size());
    for (const std::string& path : result_.data_sets) {
      targets.push_back({path, std::nullopt});
    }
    RestoreOptions restore(options_.clobber);
    restore.dry_run = options_.dry_run;
    RestorePlan plan = plan_restore(workspace_, targets, restore, progress_, cancel_);
    if (options_.dry_run == DryRun::no && may_proceed(plan, options_.clobber)) {
      note_unfinished();
    }
    result_.total = apply_plan(
        workspace_, targets, std::move(plan), restore, {progress_, cancel_}, TreeLock::held);
  }

  /// Killed half-way, what is gone is not what the user deleted.
  void note_unfinished() const {
    for (const std::string& path : result_.data_sets) {
      if (!tree_.lstat(path)) {
        continue;
      }
      const auto text = read_text(tree_, pointer_path(path), kMaxPointerBytes);
      if (const auto pointer = text ? parsed(*text, path) : std::nullopt) {
        note_unfinished_checkout(workspace_, path, pointer->root);
      }
    }
  }

  static std::optional<Pointer> parsed(const std::string& text, const std::string& path) {
    try {
      return parse_pointer(text, pointer_path(path));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::config) {
        throw;
      }
      return std::nullopt;  // a broken pointer can be removed too
    }
  }

  void remove_pointers() {
    ChangedFiles changed;
    for (const std::string& path : result_.data_sets) {
      unignore_path(workspace_, path);
      if (tree_.remove_file(pointer_path(path))) {
        tree_.sync_directory(parent_of(path));
      }
      forget_unfinished_checkout(workspace_, path);
      forget_partial_checkout(workspace_, path);
      forget_base_version(workspace_, path);
      workspace_.stat_cache().forget(path);
      changed.pointers.push_back(pointer_path(path));
      changed.removed.push_back(path);
    }
    if (options_.stage == Stage::yes) {
      result_.staged = stage_changes(workspace_, index_, changed);
    }
    for (const std::string& path : result_.data_sets) {
      remove_empty_parents(path);
    }
  }

  /// As git rm does, but never the directory in which the user stands.
  void remove_empty_parents(const std::string& path) const {
    const std::string here = workspace_.directory().lexically_relative(workspace_.top()).string();
    for (std::string_view up = parent_of(path); !up.empty() && !is_within(here, up);
         up = parent_of(up)) {
      if (!tree_.remove_empty_directory(up)) {
        return;
      }
    }
  }

  Workspace& workspace_;
  const os::Beneath& tree_;
  const RemoveOptions& options_;
  Progress& progress_;
  const CancelToken& cancel_;
  IndexView index_;
  RemoveResult result_;
};

}  // namespace

RemoveResult remove_data(Workspace& workspace,
                         const std::vector<std::string>& paths,
                         const RemoveOptions& options,
                         Progress& progress,
                         const CancelToken& cancel) {
  std::optional<ChangeLocks> locks;
  if (options.dry_run == DryRun::no) {
    locks = lock_for_change(workspace, options.wait, {progress, cancel});
  }
  return Remover(workspace, options, progress, cancel).run(paths);
}

}  // namespace mlops::workspace
