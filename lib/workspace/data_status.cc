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
    const auto root = workspace_.store().find_root(status.pointer->root);
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
    if (!status.is_here) {
      status.state = DataState::missing;
      return status;
    }
    try {
      status.state = compare(status, root->top);
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
  DataState compare(DataStatus& status, const store::Entry& wanted) {
    const std::string& path = status.path;
    const bool is_unfinished = is_checkout_unfinished(workspace_, path);
    SnapshotOptions options = SnapshotOptions::everything();
    options.keep_absent_of = version_to_complete(workspace_, path, wanted);
    if (is_unfinished) {
      options.count = SnapshotOptions::Count::unknown_files;
    }
    Snapshot now = hash_path(workspace_, path, options, progress_, cancel_);
    if (is_unfinished && now.absent_files > 0) {
      status.problem = fmt::format("{} of {} {} missing: a checkout did not finish",
                                   now.absent_files,
                                   plural(now.top.files, "file"),
                                   now.absent_files == 1 ? "is" : "are");
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
  for (FoundPointer& one : found) {
    all.push_back(comparison.status_of(std::move(one)));
  }
  workspace.save_stat_cache(progress);
  return all;
}

}  // namespace

std::string_view to_string(DataState state) {
  switch (state) {
    case DataState::unchanged:
      return "unchanged";
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
      status.state == DataState::not_in_store) {
    return {};
  }
  const store::Entry pointed =
      load_version(workspace.store(), *status.pointer, status.path, pointer_path(status.path));
  WorkTreeContent content(workspace, progress, cancel);
  const auto absent = is_checkout_unfinished(workspace, status.path)
                          ? WorkTreeContent::Absent::missing
                          : WorkTreeContent::Absent::as_pointed;
  const auto here = content.find(status.path, pointed, absent);
  if (!here) {
    return {};
  }
  const NodeReader read_node = [&](const store::ObjectId& id) { return content.read_node(id); };
  std::vector<FileChange> files = diff_trees(status.path, pointed, *here, read_node, cancel);
  erase_new_links(files);
  return files;
}

}  // namespace mlops::workspace
