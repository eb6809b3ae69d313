#include <algorithm>
#include <set>
#include <string>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "os/file.h"
#include "workspace/add_checks.h"
#include "workspace/base_version.h"
#include "workspace/data.h"
#include "workspace/data_sets.h"
#include "workspace/ignore_file.h"
#include "workspace/leftovers.h"
#include "workspace/partial_checkout.h"
#include "workspace/run_lock.h"
#include "workspace/tree_path.h"
#include "workspace/tree_write.h"

namespace mlops::workspace {

namespace {

class Adder {
 public:
  Adder(Workspace& workspace,
        const AddOptions& options,
        Progress& progress,
        const CancelToken& cancel)
      : workspace_(workspace),
        options_(options),
        progress_(progress),
        cancel_(cancel),
        index_(workspace.repository()) {
    options_.snapshot.nested_pointers = NestedPointers::refuse;
  }

  /// The order is the contract (mlops-store(5)): content and root, pointer, .gitignore, git, cache.
  AddResult run(const std::vector<std::string>& paths) {
    check_addable(workspace_, index_, paths);
    if (options_.dry_run == DryRun::yes) {
      for (const std::string& path : paths) {
        describe(path);
      }
      return std::move(result_);
    }
    const os::Waiter waiter{progress_, cancel_};
    const auto writer =
        workspace_.store().begin_write(options_.wait == os::LockWait::yes ? &waiter : nullptr);
    for (const std::string& path : paths) {
      store(*writer, path);
    }
    result_.counts = writer->counts();
    for (const AddedDataSet& added : result_.data_sets) {
      if (added.changed) {
        write_text(workspace_.tree(), pointer_path(added.path), format_pointer(added.pointer));
      }
      if (is_checkout_unfinished(workspace_, added.path)) {
        // What is absent is a part of this version now.
        note_unfinished_checkout(workspace_, added.path, added.pointer.root);
      }
      note_added_version(workspace_, added.path, added.pointer.root);
    }
    for (const AddedDataSet& added : result_.data_sets) {
      ignore_path(workspace_, added.path);
    }
    stage();
    sweep();
    workspace_.save_stat_cache(progress_);
    return std::move(result_);
  }

 private:
  void store(store::Writer& writer, const std::string& path) {
    const auto before = pointer_before(path);
    const SnapshotOptions options = prepare(path, before);
    Snapshot snapshot = store_path(workspace_, writer, path, options, progress_, cancel_);
    check_snapshot(path, before, options, snapshot);
    // What was taken over from a version of which only a part is in the store may be absent there.
    const bool is_part = snapshot.absent_files > 0 &&
                         !workspace_.store().find_root_of(options.keep_absent_of.value());
    const store::ObjectId root =
        is_part ? writer.commit_part(snapshot.top) : writer.commit(snapshot.top, path);
    note(path, before, std::move(snapshot), root);
  }

  /// What `store` would do.
  void describe(const std::string& path) {
    const auto before = pointer_before(path);
    const SnapshotOptions options = prepare(path, before);
    Snapshot snapshot = hash_path(workspace_, path, options, progress_, cancel_);
    check_snapshot(path, before, options, snapshot);
    note(path, before, std::move(snapshot), store::ObjectId());
  }

  /// The pointer that lies there. One that is broken says neither what was deleted nor which of the
  /// files that are ignored are data all the same.
  std::optional<Pointer> pointer_before(const std::string& path) const {
    try {
      return read_pointer(workspace_, path);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::config) {
        throw;
      }
      if (options_.missed == AddOptions::Missed::drop || is_partly_checked_out(workspace_, path)) {
        return std::nullopt;  // of the latter more has to be said
      }
      const std::string file = pointer_path(path);
      Error refusal(ErrorKind::conflict,
                    fmt::format("the pointer of {} cannot be read: adding it would lose what only "
                                "its version has",
                                quote(workspace_.to_display(path))),
                    has_other_pointer(file)
                        ? shell_join({"git", "checkout", "--", workspace_.to_display(file)})
                        : force_step(path));
      refusal.add_context(error.message());
      throw refusal;
    }
  }

  /// In the index, which then has a better one.
  bool has_other_pointer(const std::string& file) const {
    const auto text = read_text(workspace_.tree(), file, kMaxPointerBytes);
    return index_.has_file(file) &&
           index_.blob(file) != workspace_.repository().hash_blob(text.value_or(""));
  }

  std::string force_step(const std::string& path) const {
    return shell_join({"mlops", "data", "add", "--force", "--", workspace_.to_display(path)}) +
           "   (what lies here is the new version)";
  }

  SnapshotOptions prepare(const std::string& path, const std::optional<Pointer>& before) {
    SnapshotOptions options = options_.snapshot;
    options.keep_absent_of = version_to_complete(path, before);
    if (!before) {
      options.before_reading = [this, path](std::uint64_t bytes) { check_disk(path, bytes); };
    } else if (options_.missed == AddOptions::Missed::refuse && is_stored(*before)) {
      refuse_missed(path, *before, options.keep_absent_of ? Absent::stays : Absent::deleted);
    }
    return options;
  }

  /// A dry run makes no store where there is none.
  bool is_stored(const Pointer& pointer) const {
    return os::lstat_file(workspace_.store_directory()) &&
           workspace_.store().find_partial_root(pointer.root).has_value();
  }

  /// Three versions meet here: that of the pointer, what lies here, and the one on which the work
  /// tree stood. Only what the latter had can have been deleted or changed here.
  void refuse_missed(const std::string& path, const Pointer& pointer, Absent absent) {
    const MissedChanges missed =
        find_missed_changes(workspace_, path, pointer.root, absent, progress_, cancel_);
    if (missed.files.empty()) {
      for (const std::string& file : missed.overridden) {
        progress_.warn(fmt::format("{} changed in git's version too: this one is taken",
                                   quote(workspace_.to_display(file))));
      }
      return;
    }
    constexpr std::size_t kShown = 10;
    const std::size_t count = missed.files.size();
    const std::string named = quote(workspace_.to_display(path));
    const std::string_view are = count == 1 ? "is" : "are";
    Error error(
        ErrorKind::conflict,
        missed.is_base_known
            ? fmt::format("{} of {} in git's version {} not here: adding would undo {}",
                          plural(count, "change"),
                          named,
                          are,
                          count == 1 ? "it" : "them")
            : fmt::format("{} of {} in git's version {} not here, and nothing says that they were "
                          "deleted here",
                          plural(count, "file"),
                          named,
                          are),
        fmt::format("{}, or {}", step_for_missed(path, missed), force_step(path)));
    for (std::size_t i = 0; i < std::min(count, kShown); ++i) {
      error.add_context(fmt::format("{} {}",
                                    to_string(missed.files[i].change),
                                    quote(workspace_.to_display(missed.files[i].path))));
    }
    if (count > kShown) {
      error.add_context(fmt::format("and {} more", count - kShown));
    }
    throw error;
  }

  /// A few files by name: that works beside edits of others.
  std::string step_for_missed(const std::string& path, const MissedChanges& missed) const {
    constexpr std::size_t kNamed = 3;
    std::vector<std::string> words{"mlops", "data", "checkout", "--"};
    const bool can_name =
        missed.files.size() <= kNamed &&
        std::none_of(missed.files.begin(), missed.files.end(), [](const FileChange& file) {
          return file.change == ChangeKind::removed;
        });
    if (!can_name) {
      words.push_back(workspace_.to_display(path));
    } else {
      for (const FileChange& file : missed.files) {
        words.push_back(workspace_.to_display(file.path));
      }
    }
    return shell_join(words);
  }

  /// A data set that is there shares most of what it has; of a new one nothing is known.
  void check_disk(const std::string& path, std::uint64_t bytes) const {
    workspace::check_disk(
        workspace_,
        bytes,
        quote(workspace_.to_display(path)),
        "mlops config store.path <directory> of a larger disk, or add it in parts",
        options_.on_large);
  }

  /// Whether what lies here was made from the version.
  bool is_base(const std::string& path, const Pointer& pointer) const {
    const auto bases = base_versions(workspace_, path);
    return !bases.empty() && bases.back() == pointer.root;
  }

  void check_snapshot(const std::string& path,
                      const std::optional<Pointer>& before,
                      const SnapshotOptions& options,
                      const Snapshot& snapshot) const {
    if (options.keep_absent_of && snapshot.top.kind != options.keep_absent_of->kind) {
      refuse_partial(path, "is no directory now");
    }
    const bool may_lose =
        before && options_.missed == AddOptions::Missed::refuse && !is_stored(*before) &&
        (snapshot.top.files < before->files || snapshot.ignored > 0 || !is_base(path, *before));
    if (may_lose) {
      throw Error(ErrorKind::conflict,
                  fmt::format("the store lacks the version of {} that its pointer names, which may "
                              "have what does not lie here",
                              quote(workspace_.to_display(path))),
                  "mlops config store.path <store> of a clone that has it, or " + force_step(path));
    }
  }

  void note(const std::string& path,
            const std::optional<Pointer>& before,
            Snapshot snapshot,
            const store::ObjectId& root) {
    AddedDataSet added;
    added.path = path;
    added.pointer = make_pointer(root, snapshot.top);
    added.skipped = std::move(snapshot.skipped);
    added.ignored = snapshot.ignored;
    if (before && is_same_content(*before, snapshot.top)) {
      added.pointer = *before;
    }
    added.changed = before != added.pointer;
    result_.data_sets.push_back(std::move(added));
  }

  /// Of a data set that is only partly checked out, the version that it is a part of.
  std::optional<store::Entry> version_to_complete(const std::string& path,
                                                  const std::optional<Pointer>& before) const {
    if (!is_partly_checked_out(workspace_, path)) {
      return std::nullopt;
    }
    if (before) {
      return workspace::version_to_complete(
          workspace_,
          path,
          load_top(workspace_.store(), before->root, "data set " + quote(path), Need::part));
    }
    if (workspace_.tree().lstat(pointer_path(path))) {
      refuse_partial(path, "has a pointer that cannot be read");
    }
    if (options_.dry_run == DryRun::no) {
      // Another data set in the place of one that is gone.
      forget_partial_checkout(workspace_, path);
      forget_unfinished_checkout(workspace_, path);
    }
    return std::nullopt;
  }

  [[noreturn]] void refuse_partial(const std::string& path, std::string_view problem) const {
    throw Error(ErrorKind::conflict,
                fmt::format("{} is only partly checked out and {}: adding it would lose the rest",
                            quote(path),
                            problem),
                shell_join({"git", "checkout", "--", ":/" + pointer_path(path)}) + " && " +
                    shell_join({"mlops", "data", "checkout", "--", workspace_.to_display(path)}));
  }

  /// Two clones that added one content before they met have two roots of it: both are right.
  bool is_same_content(const Pointer& before, const store::Entry& top) const {
    const auto root = os::lstat_file(workspace_.store_directory())
                          ? workspace_.store().find_partial_root(before.root)
                          : std::nullopt;
    return root && root->top == top && pointer_problem(before, top).empty();
  }

  void stage() {
    if (options_.stage == Stage::no) {
      return;
    }
    for (const AddedDataSet& added : result_.data_sets) {
      stage_pointer(added);
      stage_ignore_file(added.path);
    }
    auto& staged = result_.staged;
    std::sort(staged.begin(), staged.end());
    staged.erase(std::unique(staged.begin(), staged.end()), staged.end());
    if (!staged.empty()) {
      workspace_.repository().stage(staged);
    }
  }

  void stage_pointer(const AddedDataSet& added) {
    const std::string file = pointer_path(added.path);
    const std::string text =
        read_text(workspace_.tree(), file, kMaxPointerBytes).value_or(std::string());
    if (index_.blob(file) != workspace_.repository().hash_blob(text)) {
      result_.staged.push_back(file);
    }
  }

  /// Of earlier ones that were killed. A checkout that is at work does it itself.
  void sweep() const {
    std::set<std::string> directories;
    for (const AddedDataSet& added : result_.data_sets) {
      directories.emplace(parent_of(added.path));
    }
    if (const auto alone = try_lock_work_tree(workspace_)) {
      sweep_leftovers(workspace_.tree(), directories);
    }
  }

  /// Only for our line: other edits of the user's are his to stage.
  void stage_ignore_file(const std::string& path) {
    const std::string file = ignore_file_of(path);
    const git::Oid blob = index_.blob(file);
    if (blob.empty() || !has_ignore_line(workspace_.repository().read_blob(blob, kMaxIgnoreBytes),
                                         ignore_pattern(leaf_of(path)))) {
      result_.staged.push_back(file);
    }
  }

  Workspace& workspace_;
  AddOptions options_;
  Progress& progress_;
  const CancelToken& cancel_;
  IndexView index_;
  AddResult result_;
};

}  // namespace

AddResult add_data(Workspace& workspace,
                   const std::vector<std::string>& paths,
                   const AddOptions& options,
                   Progress& progress,
                   const CancelToken& cancel) {
  return Adder(workspace, options, progress, cancel).run(paths);
}

}  // namespace mlops::workspace
