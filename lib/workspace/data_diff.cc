#include "workspace/data_diff.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "workspace/damaged_content.h"
#include "workspace/data_sets.h"
#include "workspace/dvc_files.h"
#include "workspace/named_versions.h"
#include "workspace/revision.h"
#include "workspace/tree_path.h"
#include "workspace/work_tree_content.h"

namespace mlops::workspace {

namespace {

class DataDiffer {
 public:
  DataDiffer(Workspace& workspace,
             const DataDiffRequest& request,
             Progress& progress,
             const CancelToken& cancel)
      : workspace_(workspace),
        scopes_(request.paths),
        on_unknown_path_(request.on_unknown_path),
        cancel_(cancel),
        progress_(progress),
        content_(workspace, progress, cancel),
        before_(workspace, result_.failures),
        after_(workspace, result_.failures) {
    if (request.from) {
      before_.open(request.from);
    }
    after_.open(request.to);
    if (std::find(scopes_.begin(), scopes_.end(), "") != scopes_.end()) {
      scopes_.clear();
    }
    // What another scope covers would be listed twice.
    std::erase_if(scopes_, [&](const std::string& scope) {
      return std::any_of(request.paths.begin(), request.paths.end(), [&](const std::string& other) {
        return other != scope && is_within(scope, other);
      });
    });
    std::sort(scopes_.begin(), scopes_.end());
    scopes_.erase(std::unique(scopes_.begin(), scopes_.end()), scopes_.end());
  }

  DataDiff run() {
    name_versions();
    std::set<std::string> paths;
    for (const NamedVersions* side : {&before_, &after_}) {
      for (const auto& [path, named] : side->named()) {
        paths.insert(path);
      }
      paths.insert(side->unreadable().begin(), side->unreadable().end());
    }
    for (const std::string& path : paths) {
      compare_scopes_of(path);
    }
    if (on_unknown_path_ == OnUnknownPath::fail) {
      refuse_unknown_scopes();
    }
    pair_moves();
    std::sort(result_.data_sets.begin(),
              result_.data_sets.end(),
              [](const DataSetChange& a, const DataSetChange& b) { return a.path < b.path; });
    if (after_.is_work_tree()) {
      workspace_.save_stat_cache(progress_);
    }
    return std::move(result_);
  }

 private:
  /// A data set that only one side has; both sides' may be one that moved.
  struct Whole {
    DataSetChange change;
    store::Entry top;
  };

  /// Between two commits git knows which pointers differ, without reading the others.
  void name_versions() {
    if (before_.revision() == nullptr || after_.is_work_tree()) {
      before_.name_all();
      after_.name_all();
      return;
    }
    const std::vector<std::string> changed = workspace_.repository().list_changed_between(
        before_.revision()->commit(), after_.revision()->commit());
    for (NamedVersions* side : {&before_, &after_}) {
      for (const std::string& file : changed) {
        side->name_pointer(file);
      }
      if (std::any_of(changed.begin(), changed.end(), [](const std::string& file) {
            return file == kLockFile || is_dvc_lock(file);
          })) {
        side->name_outs();
      }
    }
  }

  void compare_scopes_of(const std::string& path) {
    if (scopes_.empty()) {
      compare(path, path);
      return;
    }
    for (const std::string& scope : scopes_) {
      if (is_within(path, scope)) {
        met_.insert(scope);
        compare(path, path);
        return;
      }
      if (is_within(scope, path)) {
        compare(path, scope);
      }
    }
  }

  /// `inside`: the data set itself, or what of it is asked for.
  void compare(const std::string& path, const std::string& inside) {
    cancel_.check();
    if (before_.is_unknown(path, after_.find(path)) ||
        after_.is_unknown(path, before_.find(path))) {
      met_.insert(inside);
      note_unknown(path, inside);
      return;
    }
    if (is_known_to_be_equal(path)) {
      return;
    }
    try {
      const std::optional<store::Entry> old_top = version_of(before_, path, inside);
      const std::optional<store::Entry> new_top = version_of(after_, path, inside);
      if (old_top || new_top) {
        met_.insert(inside);
      }
      if (old_top && new_top) {
        note_changed(inside, *old_top, *new_top);
      } else if (old_top) {
        note_whole(removed_, ChangeKind::removed, inside, *old_top);
      } else if (new_top) {
        note_whole(added_, ChangeKind::added, inside, *new_top);
      }
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::config && error.kind() != ErrorKind::corrupt) {
        throw;
      }
      met_.insert(inside);
      result_.failures.push_back(error);
      note_unknown(path, inside);
    }
  }

  /// One version on both sides, and nothing in the work tree that could be another.
  bool is_known_to_be_equal(const std::string& path) const {
    const NamedVersion* const before = before_.find(path);
    const NamedVersion* const after = after_.find(path);
    return before != nullptr && after != nullptr && before->root == after->root &&
           !(after_.is_work_tree() && workspace_.tree().lstat(path));
  }

  std::optional<store::Entry> version_of(const NamedVersions& side,
                                         const std::string& path,
                                         const std::string& inside) {
    const NamedVersion* const named = side.find(path);
    if (named == nullptr) {
      return std::nullopt;
    }
    store::Entry top = side.load(path, *named);
    if (side.is_work_tree()) {
      top = content_.find(path, top).value_or(top);
    }
    const auto read_node = [this](const store::ObjectId& id) { return content_.read_node(id); };
    return with_damage_named(
        workspace_, path, [&] { return find_below(read_node, top, remainder_of(inside, path)); });
  }

  void note_changed(const std::string& path,
                    const store::Entry& before,
                    const store::Entry& after) {
    DataSetChange set;
    set.path = path;
    set.files = with_damage_named(
        workspace_, path, [&] { return diff_trees(path, before, after, read_level_, cancel_); });
    if (after_.is_work_tree()) {
      erase_new_links(set.files);
    }
    if (set.files.empty()) {
      return;
    }
    set.is_directory = after.kind == store::EntryKind::directory;
    set.before = {before.files, before.size};
    set.after = set.before;
    for (const FileChange& file : set.files) {
      set.after.files += file.change == ChangeKind::added ? 1 : 0;
      set.after.files -= file.change == ChangeKind::removed ? 1 : 0;
      set.after.bytes += file.new_bytes;
      set.after.bytes -= file.old_bytes;
    }
    result_.data_sets.push_back(std::move(set));
  }

  void note_unknown(const std::string& path, const std::string& inside) {
    const NamedVersion* const before = before_.find(path);
    const NamedVersion* const after = after_.find(path);
    DataSetChange set;
    const bool has_before = before != nullptr || before_.unreadable().contains(path);
    const bool has_after = after != nullptr || after_.unreadable().contains(path);
    set.change = !has_before  ? ChangeKind::added
                 : !has_after ? ChangeKind::removed
                              : ChangeKind::changed;
    set.path = inside;
    if (inside == path) {
      set.before = before == nullptr ? DataAmount() : before->amount;
      set.after = after == nullptr ? DataAmount() : after->amount;
      const NamedVersion* const shown = after == nullptr ? before : after;
      set.is_directory =
          shown != nullptr && shown->pointer && shown->pointer->kind == store::EntryKind::directory;
    }
    result_.unknown.push_back(std::move(set));
  }

  static void note_whole(std::vector<Whole>& wholes,
                         ChangeKind change,
                         const std::string& path,
                         const store::Entry& top) {
    DataSetChange set;
    set.change = change;
    set.path = path;
    set.is_directory = top.kind == store::EntryKind::directory;
    (change == ChangeKind::added ? set.after : set.before) = {top.files, top.size};
    wholes.push_back({std::move(set), top});
  }

  void pair_moves() {
    for (Whole& added : added_) {
      const auto from = std::find_if(removed_.begin(), removed_.end(), [&](const Whole& removed) {
        return removed.top.kind == added.top.kind && removed.top.id == added.top.id;
      });
      if (from != removed_.end()) {
        added.change.change = ChangeKind::renamed;
        added.change.old_path = from->change.path;
        added.change.before = from->change.before;
        removed_.erase(from);
      }
    }
    for (std::vector<Whole>* wholes : {&removed_, &added_}) {
      for (Whole& whole : *wholes) {
        result_.data_sets.push_back(std::move(whole.change));
      }
    }
  }

  void refuse_unknown_scopes() const {
    for (const std::string& scope : scopes_) {
      const auto is_known = [&](const NamedVersions& side) {
        return side.revision() != nullptr && knows(*side.revision(), scope);
      };
      if (!met_.contains(scope) && !is_known(before_) && !is_known(after_)) {
        throw Error(
            ErrorKind::not_found,
            fmt::format("{} is no data set and not in one, on either side, and no revision",
                        quote(scope)),
            workspace_.repository().traits().shallow
                ? "mlops data ls; for a revision, git fetch --unshallow: this clone is shallow"
                : "mlops data ls; for a revision, git tag --list");
      }
    }
  }

  /// Data, or a directory above some.
  bool knows(const Revision& revision, const std::string& scope) const {
    if (revision.find_data(scope)) {
      return true;
    }
    const auto lies_within = [&](const auto& one) { return is_within(one.path, scope); };
    const auto outs = revision.list_outs();
    if (std::any_of(outs.begin(), outs.end(), lies_within)) {
      return true;
    }
    if (revision.commit().empty()) {
      const auto found = find_pointers(workspace_);
      return std::any_of(found.begin(), found.end(), lies_within);
    }
    const auto entries = workspace_.repository().list_tree(revision.commit(), scope);
    return std::any_of(entries.begin(), entries.end(), [&](const git::TreeEntry& entry) {
      return data_set_of(entry.path) || !revision.read_pointers(entry.path).empty();
    });
  }

  Workspace& workspace_;
  std::vector<std::string> scopes_;
  OnUnknownPath on_unknown_path_;
  const CancelToken& cancel_;
  Progress& progress_;
  WorkTreeContent content_;
  const LevelReader read_level_ = [this](const store::ObjectId& id) {
    return content_.read_level(id);
  };
  DataDiff result_;
  NamedVersions before_;
  NamedVersions after_;
  std::set<std::string, std::less<>> met_;  ///< scopes that name something
  std::vector<Whole> removed_;
  std::vector<Whole> added_;
};

}  // namespace

DataSetChange::Counts DataSetChange::count() const {
  Counts counts;
  if (change != ChangeKind::changed) {
    (change == ChangeKind::added     ? counts.added
     : change == ChangeKind::removed ? counts.removed
                                     : counts.renamed) =
        change == ChangeKind::removed ? before.files : after.files;
  }
  for (const FileChange& file : files) {
    switch (file.change) {
      case ChangeKind::added:
        ++counts.added;
        break;
      case ChangeKind::removed:
        ++counts.removed;
        break;
      case ChangeKind::changed:
        ++counts.changed;
        break;
      case ChangeKind::renamed:
        ++counts.renamed;
        break;
    }
  }
  return counts;
}

DataDiff diff_data(Workspace& workspace,
                   const DataDiffRequest& request,
                   Progress& progress,
                   const CancelToken& cancel) {
  return DataDiffer(workspace, request, progress, cancel).run();
}

}  // namespace mlops::workspace
