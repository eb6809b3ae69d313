#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "workspace/data.h"
#include "workspace/data_sets.h"
#include "workspace/partial_checkout.h"
#include "workspace/snapshot.h"
#include "workspace/tree_path.h"
#include "workspace/work_tree_content.h"

namespace mlops::workspace {

namespace {

class Comparison {
 public:
  Comparison(Workspace& workspace, Progress& progress, const CancelToken& cancel)
      : workspace_(workspace), progress_(progress), cancel_(cancel) {}

  DataStatus status_of(FoundPointer found) {
    DataStatus status;
    status.path = std::move(found.path);
    status.pointer = found.pointer;
    status.problem = std::move(found.problem);
    status.hint = std::move(found.hint);
    if (!status.pointer) {
      status.state = DataState::invalid_pointer;
      return status;
    }
    status.is_here = workspace_.tree().lstat(status.path).has_value();
    const auto root = workspace_.store().find_partial_root(status.pointer->root);
    if (!root) {
      status.state = DataState::not_in_store;
      return status;
    }
    status.problem = pointer_problem(*status.pointer, root->top);
    if (!status.problem.empty()) {
      status.state = DataState::invalid_pointer;
      status.hint =
          shell_join({"git", "checkout", "--", workspace_.to_display(pointer_path(status.path))});
      status.pointer.reset();
      return status;
    }
    try {
      status.state = look(status, root->top);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::config) {
        throw;
      }
      status.state = DataState::modified;
      status.problem = error.message();
    }
    return status;
  }

 private:
  DataState look(DataStatus& status, const store::Entry& wanted) {
    const auto parts = sparse_parts(workspace_, status.path);
    for (const std::string& part : parts.value_or(Parts())) {
      status.parts.push_back(join_path(status.path, part));
    }
    if (!status.is_here) {
      const bool has_files = !parts || count_in_parts(workspace_.store(), *parts, wanted, "") > 0;
      return has_files ? DataState::missing : DataState::sparse;
    }
    const DataState state = compare(status, wanted, parts);
    return state == DataState::unchanged && parts ? DataState::sparse : state;
  }

  DataState compare(DataStatus& status,
                    const store::Entry& wanted,
                    const std::optional<Parts>& parts) {
    const std::string& path = status.path;
    const bool is_unfinished = is_checkout_unfinished(workspace_, path);
    SnapshotOptions options = SnapshotOptions::everything();
    options.parts = parts.value_or(Parts());
    options.keep_absent_of = version_to_complete(workspace_, path, wanted);
    if (is_unfinished) {
      options.count = SnapshotOptions::Count::unknown_files;
    }
    Snapshot now = hash_path(workspace_, path, options, progress_, cancel_);
    const std::uint64_t missing =
        parts ? now.absent_in_parts : (is_unfinished ? now.absent_files : 0);
    if (missing > 0) {
      status.problem =
          fmt::format("{} of {} {} missing: {}",
                      missing,
                      plural(now.top.files, "file"),
                      missing == 1 ? "is" : "are",
                      is_unfinished ? "a checkout did not finish" : "they belong to its parts");
      return DataState::missing;
    }
    if (now.top == wanted) {
      return DataState::unchanged;
    }
    const bool is_version = is_known(now.top);
    if (!is_version && now.links > 0) {
      // Added without its links, as is usual: they are no data.
      options.symlinks = Symlinks::skip;
      now = hash_path(workspace_, path, options, progress_, cancel_);
      if (now.top == wanted) {
        return DataState::unchanged;
      }
    }
    // Of two versions then, if the user changed nothing.
    const bool is_mixture = is_unfinished && now.unknown_files == 0;
    return is_mixture || is_version || is_known(now.top) ? DataState::other_version
                                                         : DataState::modified;
  }

  /// A version as a whole (files that the store knows one by one may be the user's new version)
  /// that was added: git has its pointer. Runs store what their stages read, the user's changes
  /// too.
  bool is_known(const store::Entry& top) {
    const auto root = workspace_.store().find_root_of(top);
    if (!root) {
      return false;
    }
    const auto kind = top.kind == store::EntryKind::directory ? top.kind : store::EntryKind::file;
    const git::Repository& repository = workspace_.repository();
    const git::Oid blob = repository.hash_blob(format_pointer({*root, kind, top.files, top.size}));
    try {
      repository.read_blob(blob, kMaxPointerBytes);
      return true;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) {
        throw;
      }
      return false;  // missing
    }
  }

  Workspace& workspace_;
  Progress& progress_;
  const CancelToken& cancel_;
};

std::vector<DataStatus> status_of_all(Workspace& workspace,
                                      std::vector<FoundPointer> found,
                                      Progress& progress,
                                      const CancelToken& cancel) {
  Comparison comparison(workspace, progress, cancel);
  std::vector<DataStatus> all;
  all.reserve(found.size());
  for (FoundPointer& one : found) {
    all.push_back(comparison.status_of(std::move(one)));
  }
  workspace.save_stat_cache(progress);
  return all;
}

/// What a sparse data set has outside its parts is not missing, and nothing here comes from there.
void erase_outside(const std::string& data_set,
                   const Parts& parts,
                   std::vector<FileChange>& files) {
  const auto is_outside = [&](const std::string& path) {
    return !is_in_parts(parts, remainder_of(path, data_set));
  };
  std::erase_if(files, [&](const FileChange& file) {
    return file.change == ChangeKind::removed && is_outside(file.path);
  });
  for (FileChange& file : files) {
    if (file.change == ChangeKind::renamed && is_outside(file.old_path)) {
      file.change = ChangeKind::added;
      file.old_path.clear();
      file.old_bytes = 0;
    }
  }
}

}  // namespace

std::string_view to_string(DataState state) {
  switch (state) {
    case DataState::unchanged:
      return "unchanged";
    case DataState::sparse:
      return "sparse";
    case DataState::modified:
      return "modified";
    case DataState::other_version:
      return "other_version";
    case DataState::missing:
      return "missing";
    case DataState::not_in_store:
      return "not_in_store";
    case DataState::invalid_pointer:
      return "invalid_pointer";
  }
  return "unchanged";
}

std::vector<DataStatus> data_status(Workspace& workspace,
                                    Progress& progress,
                                    const CancelToken& cancel) {
  return status_of_all(workspace, find_pointers(workspace), progress, cancel);
}

std::vector<DataStatus> data_status_of(Workspace& workspace,
                                       const std::vector<std::string>& paths,
                                       Progress& progress,
                                       const CancelToken& cancel) {
  std::vector<FoundPointer> found = find_pointers(workspace);
  std::erase_if(found, [&](const FoundPointer& one) {
    return std::find(paths.begin(), paths.end(), one.path) == paths.end();
  });
  return status_of_all(workspace, std::move(found), progress, cancel);
}

std::vector<FileChange> list_changed_files(Workspace& workspace,
                                           const DataStatus& status,
                                           Progress& progress,
                                           const CancelToken& cancel) {
  if (!status.pointer || !status.is_here || status.state == DataState::unchanged ||
      status.state == DataState::sparse || status.state == DataState::not_in_store) {
    return {};
  }
  const auto parts = sparse_parts(workspace, status.path);
  const store::Entry pointed = load_version(
      workspace.store(), *status.pointer, status.path, pointer_path(status.path), Need::part);
  WorkTreeContent content(workspace, progress, cancel);
  const auto absent = parts || is_checkout_unfinished(workspace, status.path)
                          ? WorkTreeContent::Absent::missing
                          : WorkTreeContent::Absent::as_pointed;
  const auto here = content.find(status.path, pointed, absent);
  if (!here) {
    return {};
  }
  const LevelReader read = [&](const store::ObjectId& id) { return content.read_level(id); };
  std::vector<FileChange> files = diff_trees(status.path, pointed, *here, read, cancel);
  erase_new_links(files);
  if (parts) {
    erase_outside(status.path, *parts, files);
  }
  return files;
}

}  // namespace mlops::workspace
