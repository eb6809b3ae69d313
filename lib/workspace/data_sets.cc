#include "workspace/data_sets.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workspace/ignore_file.h"
#include "workspace/lock_file.h"
#include "workspace/tree_path.h"
#include "workspace/tree_write.h"

namespace mlops::workspace {

namespace {

/// Walks the part of the work tree that git does not ignore, for files of ours: pointers and,
/// where they are asked for, what may be the lock of a pipeline.
class TreeWalk {
 public:
  enum class Unlistable { skip, refuse };
  TreeWalk(const Workspace& workspace, const IndexView& index, Unlistable unlistable)
      : tree_(workspace.tree()),
        repository_(workspace.repository()),
        index_(index),
        unlistable_(unlistable) {}

  void run() {
    open_ = {""};
    while (!open_.empty()) {
      const std::string directory = std::move(open_.back());
      open_.pop_back();
      search(directory);
    }
  }
  std::vector<std::string> take_data_sets() { return std::move(data_sets_); }
  std::vector<std::string> take_locks() { return std::move(locks_); }

 private:
  void search(const std::string& directory) {
    std::vector<std::string> names;
    try {
      names = tree_.list(directory);
    } catch (const Error& error) {
      const bool is_closed = error.kind() == ErrorKind::io || error.kind() == ErrorKind::not_found;
      if (!is_closed || unlistable_ == Unlistable::refuse) {
        throw;
      }
      return;  // what cannot be listed has no pointer that could be read
    }
    const std::unordered_set<std::string> all(names.begin(), names.end());
    for (const std::string& name : names) {
      const std::string path = join_path(directory, name);
      if (const auto data_set = data_set_of(path)) {
        data_sets_.emplace_back(*data_set);
      } else if (name.ends_with(kLockSuffix) && is_file(path)) {
        locks_.push_back(path);
      } else if (!index_.has_file(path) && !all.contains(pointer_path(name)) &&
                 store::name_problem(name).empty() && is_searchable(path)) {
        open_.push_back(path);
      }
    }
  }

  bool is_file(const std::string& path) const {
    const auto stat = tree_.lstat(path);
    return stat && stat->kind == os::FileKind::regular;
  }

  bool is_searchable(const std::string& path) const {
    const auto stat = tree_.lstat(path);
    if (!stat || stat->kind != os::FileKind::directory) {
      return false;
    }
    if (tree_.lstat(path + "/.git")) {
      return false;
    }
    return index_.has_directory(path) || !repository_.is_ignored(path);
  }

  const os::Beneath& tree_;
  const git::Repository& repository_;
  const IndexView& index_;
  Unlistable unlistable_;
  std::vector<std::string> open_;
  std::vector<std::string> data_sets_;
  std::vector<std::string> locks_;
};

/// What mends a pointer that cannot be read. Of a merge its own error knows the way.
std::string step_for_broken(const Workspace& workspace,
                            const IndexView& index,
                            const std::string& data_set,
                            const Error& error) {
  const std::string pointer = pointer_path(data_set);
  if (index.is_unmerged(pointer) && !error.hint().empty()) {
    return error.hint();
  }
  if (index.has_file(pointer)) {
    return shell_join({"git", "checkout", "--", workspace.to_display(pointer)});
  }
  return workspace.tree().lstat(data_set)
             ? shell_join({"mlops", "data", "add", "--force", "--", workspace.to_display(data_set)})
             : shell_join({"rm", "--", workspace.to_display(pointer)});
}

FoundPointer load_found(const Workspace& workspace, const IndexView& index, std::string path) {
  FoundPointer found{std::move(path), std::nullopt, {}, {}};
  const std::string file = workspace.to_display(pointer_path(found.path));
  found.problem = path_problem(found.path);
  if (!found.problem.empty()) {
    found.hint = shell_join({"git", "rm", "--", file});
    return found;
  }
  try {
    found.pointer = read_pointer(workspace, found.path);
    if (!found.pointer) {
      found.problem = "the pointer is deleted in the work tree";
      found.hint = fmt::format("{} (or drop the data set: {})",
                               shell_join({"git", "checkout", "--", file}),
                               shell_join({"git", "rm", "--", file}));
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config && error.kind() != ErrorKind::conflict) {
      throw;
    }
    found.problem = error.message();
    found.hint = step_for_broken(workspace, index, found.path, error);
  }
  return found;
}

}  // namespace

std::string pointer_path(std::string_view data_set) {
  return std::string(data_set) + std::string(kPointerSuffix);
}

std::optional<std::string_view> data_set_of(std::string_view file) {
  const std::string_view name = leaf_of(file);
  if (!name.ends_with(kPointerSuffix) || name.size() == kPointerSuffix.size()) {
    return std::nullopt;
  }
  return file.substr(0, file.size() - kPointerSuffix.size());
}

std::optional<Pointer> read_pointer(const Workspace& workspace, std::string_view data_set) {
  const std::string file = pointer_path(data_set);
  const auto text = read_text(workspace.tree(), file, kMaxPointerBytes);
  return text ? std::optional(parse_pointer(*text, file)) : std::nullopt;
}

IndexView::IndexView(const git::Repository& repository) : entries_(repository.list_index()) {
  for (const git::TreeEntry& entry : entries_) {
    // Sorted: once an ancestor is known, all above it are too.
    for (std::string_view up = parent_of(entry.path); !up.empty(); up = parent_of(up)) {
      if (!directories_.emplace(up).second) {
        break;
      }
    }
  }
}

git::Oid IndexView::blob(std::string_view path) const {
  const auto found = std::lower_bound(
      entries_.begin(),
      entries_.end(),
      path,
      [](const git::TreeEntry& entry, std::string_view wanted) { return entry.path < wanted; });
  return found != entries_.end() && found->path == path ? found->oid : git::Oid();
}

bool IndexView::is_unmerged(std::string_view path) const {
  const auto first = std::lower_bound(
      entries_.begin(),
      entries_.end(),
      path,
      [](const git::TreeEntry& entry, std::string_view wanted) { return entry.path < wanted; });
  const auto next = first == entries_.end() ? first : std::next(first);
  return next != entries_.end() && next->path == path;
}

bool IndexView::has_file(std::string_view path) const {
  return !blob(path).empty();
}

bool IndexView::has_directory(std::string_view path) const {
  return directories_.contains(std::string(path));
}

std::vector<FoundPointer> find_pointers(const Workspace& workspace) {
  const IndexView index(workspace.repository());
  TreeWalk walk(workspace, index, TreeWalk::Unlistable::skip);
  walk.run();
  std::vector<std::string> paths = walk.take_data_sets();
  if (!workspace.repository().traits().sparse) {
    for (const git::TreeEntry& entry : index.entries()) {
      if (const auto data_set = data_set_of(entry.path)) {
        paths.emplace_back(*data_set);
      }
    }
  }
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  std::vector<FoundPointer> found;
  found.reserve(paths.size());
  for (std::string& path : paths) {
    found.push_back(load_found(workspace, index, std::move(path)));
  }
  return found;
}

TextFiles find_text_files(const Workspace& workspace) {
  const IndexView index(workspace.repository());
  TreeWalk walk(workspace, index, TreeWalk::Unlistable::refuse);
  walk.run();
  return {walk.take_data_sets(), walk.take_locks()};
}

std::vector<std::string> list_data_sets(Workspace& workspace) {
  std::vector<std::string> paths;
  for (FoundPointer& found : find_pointers(workspace)) {
    paths.push_back(std::move(found.path));
  }
  return paths;
}

std::vector<std::string> stage_changes(Workspace& workspace,
                                       const IndexView& index,
                                       const ChangedFiles& changed) {
  std::vector<std::string> files;
  for (const std::string& file : changed.pointers) {
    if (index.has_file(file) || workspace.tree().lstat(file)) {
      files.push_back(file);
    }
  }
  // Only for our line: other edits of the user's are his to stage.
  const auto add_ignore_file = [&](const std::string& data_set, bool has_line) {
    const std::string file = ignore_file_of(data_set);
    const git::Oid blob = index.blob(file);
    const bool git_has_line =
        !blob.empty() && has_ignore_line(workspace.repository().read_blob(blob, kMaxIgnoreBytes),
                                         ignore_pattern(leaf_of(data_set)));
    if (git_has_line != has_line) {
      files.push_back(file);
    }
  };
  for (const std::string& data_set : changed.added) {
    add_ignore_file(data_set, true);
  }
  for (const std::string& data_set : changed.removed) {
    add_ignore_file(data_set, false);
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  if (!files.empty()) {
    workspace.repository().stage(files);
  }
  return files;
}

}  // namespace mlops::workspace
