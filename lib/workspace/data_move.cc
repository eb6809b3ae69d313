#include "workspace/data_move.h"

#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workspace/add_checks.h"
#include "workspace/base_version.h"
#include "workspace/data_sets.h"
#include "workspace/ignore_file.h"
#include "workspace/partial_checkout.h"
#include "workspace/run_lock.h"
#include "workspace/stat_cache.h"
#include "workspace/tree_path.h"
#include "workspace/tree_write.h"

namespace mlops::workspace {

namespace {

class Mover {
 public:
  Mover(Workspace& workspace, const MoveOptions& options)
      : workspace_(workspace),
        tree_(workspace.tree()),
        options_(options),
        index_(workspace.repository()) {}

  MoveResult run(const std::string& from, const std::string& to, Progress& progress) {
    from_ = from;
    to_ = resolve(to);
    check_source();
    check_destination();
    result_.from = from_;
    result_.to = to_;
    result_.pointer = parse_pointer(text_, pointer_path(from_));
    result_.moved_data = data_.has_value();
    if (options_.dry_run == DryRun::no) {
      carry_out();
      workspace_.save_stat_cache(progress);
    }
    return std::move(result_);
  }

 private:
  std::string shown(std::string_view path) const { return workspace_.to_display(path); }
  std::string named(std::string_view path) const { return quote(shown(path)); }

  /// A directory that is no data set is one to move into.
  std::string resolve(const std::string& to) const {
    if (to.empty()) {
      return std::string(leaf_of(from_));
    }
    const auto stat = tree_.lstat(to);
    const bool is_plain_directory =
        stat && stat->kind == os::FileKind::directory && !tree_.lstat(pointer_path(to));
    return is_plain_directory && to != from_ ? join_path(to, leaf_of(from_)) : to;
  }

  void check_source() {
    if (const std::string problem = path_problem(from_); !problem.empty()) {
      throw Error(ErrorKind::usage,
                  fmt::format("{} is no data set: it {}", named(from_), problem),
                  "mlops data status");
    }
    const std::string file = pointer_path(from_);
    if (const auto text = read_text(tree_, file, kMaxPointerBytes)) {
      text_ = *text;
      has_pointer_ = true;
    } else if (const git::Oid blob = index_.blob(file); !blob.empty()) {
      text_ = workspace_.repository().read_blob(blob, kMaxPointerBytes);
    } else {
      refuse_no_data_set();
    }
    data_ = tree_.lstat(from_);
    if (data_ && data_->kind != os::FileKind::directory && data_->kind != os::FileKind::regular) {
      throw Error(ErrorKind::conflict,
                  fmt::format("{} is a link or a special file now, no data", named(from_)),
                  "move it elsewhere, and " +
                      shell_join({"mlops", "data", "checkout", "--", shown(from_)}));
    }
  }

  [[noreturn]] void refuse_no_data_set() const {
    for (const std::string_view ancestor : ancestors_of(from_)) {
      if (tree_.lstat(pointer_path(ancestor))) {
        throw Error(ErrorKind::not_found,
                    fmt::format("{} is inside the data set {}", named(from_), named(ancestor)),
                    shell_join({"mv", "--", shown(from_), "DESTINATION"}) + " && " +
                        shell_join({"mlops", "data", "add", "--", shown(ancestor)}));
      }
    }
    throw Error(ErrorKind::not_found,
                fmt::format("{} is no data set", named(from_)),
                "mlops data status; what git tracks, git mv moves");
  }

  void check_destination() {
    if (is_within(to_, from_) || is_within(from_, to_)) {
      throw Error(ErrorKind::usage,
                  fmt::format("{} cannot become {}: one is in the other, or they are the same",
                              named(from_),
                              named(to_)),
                  "name another path");
    }
    check_new_place(workspace_, index_, to_, data_);
    const bool is_there = tree_.lstat(to_).has_value();
    const auto pointer = read_text(tree_, pointer_path(to_), kMaxPointerBytes);
    // The same pointer there, and data at one place at most, is what a run that was killed left.
    is_begun_ = pointer && *pointer == text_ && !(is_there && data_);
    if (!is_begun_ && !has_pointer_) {
      throw Error(ErrorKind::not_found,
                  fmt::format("the pointer of {} is deleted", named(from_)),
                  shell_join({"git", "checkout", "--", shown(pointer_path(from_))}));
    }
    if (!is_begun_ && (is_there || pointer)) {
      throw Error(ErrorKind::conflict,
                  fmt::format("{} exists already", named(pointer ? pointer_path(to_) : to_)),
                  "name another path, or first: " +
                      (pointer ? shell_join({"mlops", "data", "rm", "--", shown(to_)})
                               : shell_join({"mv", "--", shown(to_), shown(to_) + ".old"})));
    }
    refuse_other_file_system();
  }

  /// Found before the first change, not half-way.
  void refuse_other_file_system() const {
    if (!data_) {
      return;
    }
    for (std::string_view up = parent_of(to_); !up.empty(); up = parent_of(up)) {
      if (const auto stat = tree_.lstat(up)) {
        if (stat->kind == os::FileKind::directory && stat->dev != data_->dev) {
          throw Error(ErrorKind::conflict,
                      fmt::format("{} is on another file system than {}", named(up), named(from_)),
                      shell_join({"cp", "-r", "--", shown(from_), shown(to_)}) + " && " +
                          shell_join({"mlops", "data", "add", "--", shown(to_)}) + " && " +
                          shell_join({"mlops", "data", "rm", "--", shown(from_)}));
        }
        return;
      }
    }
  }

  /// The order is the contract: both pointers are there while the data moves.
  void carry_out() {
    tree_.make_directories(parent_of(to_), os::Durability::durable);
    if (!is_begun_) {
      forget_unfinished_checkout(workspace_, to_);  // of a data set that was there once
      forget_partial_checkout(workspace_, to_);
      forget_base_version(workspace_, to_);
    }
    copy_checkout_notes(workspace_, from_, to_, result_.pointer.root);
    if (const auto bases = base_versions(workspace_, from_); !bases.empty()) {
      note_base_versions(workspace_, to_, bases);
    }
    if (!is_begun_) {
      write_text(tree_, pointer_path(to_), text_);
    }
    ignore_path(workspace_, to_);
    if (data_) {
      move_content();
    }
    unignore_path(workspace_, from_);
    forget_unfinished_checkout(workspace_, from_);
    forget_partial_checkout(workspace_, from_);
    forget_base_version(workspace_, from_);
    if (tree_.remove_file(pointer_path(from_))) {
      tree_.sync_directory(parent_of(from_));
    }
    if (options_.stage == Stage::yes) {
      result_.staged = stage_changes(workspace_,
                                     index_,
                                     {.pointers = {pointer_path(from_), pointer_path(to_)},
                                      .added = {to_},
                                      .removed = {from_}});
    }
  }

  void move_content() {
    StatCache& cache = workspace_.stat_cache();
    const auto known =
        data_->kind == os::FileKind::regular ? cache.find(from_, *data_) : std::nullopt;
    tree_.move(from_, tree_, to_);
    tree_.sync_directory(parent_of(to_));
    tree_.sync_directory(parent_of(from_));
    cache.move(from_, to_);
    const auto now = tree_.lstat(to_);
    if (known && now) {
      // A rename changes the ctime of what it moves itself.
      os::FileStat expected = *data_;
      expected.ctime_ns = now->ctime_ns;
      if (expected == *now) {
        cache.put(to_, *now, known->id, std::nullopt);
      }
    }
  }

  Workspace& workspace_;
  const os::Beneath& tree_;
  const MoveOptions& options_;
  IndexView index_;
  std::string from_;
  std::string to_;
  std::string text_;          ///< of the pointer
  bool has_pointer_ = false;  ///< in the work tree
  bool is_begun_ = false;     ///< by a run that was killed
  std::optional<os::FileStat> data_;
  MoveResult result_;
};

}  // namespace

MoveResult move_data(Workspace& workspace,
                     const std::string& from,
                     const std::string& to,
                     const MoveOptions& options,
                     Progress& progress,
                     const CancelToken& cancel) {
  std::optional<ChangeLocks> locks;
  if (options.dry_run == DryRun::no) {
    locks = lock_for_change(workspace, options.wait, {progress, cancel});
  }
  return Mover(workspace, options).run(from, to, progress);
}

}  // namespace mlops::workspace
