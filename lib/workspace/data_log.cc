#include "workspace/data_log.h"

#include <algorithm>

#include "workspace/data_sets.h"
#include "workspace/foreign_pointers.h"
#include "workspace/revision.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

/// Other tools' pointers may lie anywhere, and those of git-lfs have any name.
void add_foreign(Workspace& workspace, git::HistoryQuery& query) {
  if (!store::has_foreign_versions(workspace.store_directory())) {
    return;
  }
  query.below = {""};
  for (std::string& suffix : list_foreign_suffixes(workspace.store().foreign())) {
    query.suffixes.push_back(std::move(suffix));
  }
}

/// The files of git that decide about what lies at the paths.
git::HistoryQuery query_of(const git::Oid& from, const std::vector<std::string>& paths) {
  git::HistoryQuery query;
  query.from = from;
  query.files.emplace_back(kLockFile);
  query.suffixes.emplace_back(kPointerSuffix);
  for (const std::string& path : paths) {
    query.below.push_back(path);
    for (std::string_view up = path; !up.empty(); up = parent_of(up)) {
      query.files.push_back(pointer_path(up));
    }
  }
  if (paths.empty()) {
    query.below.emplace_back();
  }
  return query;
}

class DataLog {
 public:
  DataLog(Workspace& workspace,
          const DataLogRequest& request,
          Progress& progress,
          const CancelToken& cancel)
      : workspace_(workspace), request_(request), progress_(progress), cancel_(cancel) {}

  std::uint64_t run(const std::function<void(const DataLogEntry&)>& sink) {
    git::HistoryQuery query =
        query_of(Revision::open(workspace_, request_.from).commit(), request_.paths);
    add_foreign(workspace_, query);
    std::uint64_t count = 0;
    for (const git::Oid& commit : workspace_.repository().list_history(query)) {
      if (count == request_.max_count) {
        break;
      }
      cancel_.check();
      DataLogEntry entry{workspace_.repository().read_commit(commit), {}};
      if (changed_data(entry)) {
        ++count;
        sink(entry);
      }
    }
    return count;
  }

 private:
  /// Against every parent, as git asks of a merge.
  bool changed_data(DataLogEntry& entry) {
    const std::vector<git::Oid> parents = parents_here(entry.commit);
    entry.diff = diff_with(parents.empty() ? std::nullopt : std::optional(parents.front()),
                           entry.commit.oid);
    return has_changes(entry.diff) &&
           std::all_of(parents.begin() + (parents.empty() ? 0 : 1),
                       parents.end(),
                       [&](const git::Oid& parent) {
                         return has_changes(diff_with(parent, entry.commit.oid));
                       });
  }

  static bool has_changes(const DataDiff& diff) {
    return !diff.data_sets.empty() || !diff.unknown.empty();
  }

  DataDiff diff_with(const std::optional<git::Oid>& parent, const git::Oid& commit) {
    return diff_data(workspace_,
                     {.from = parent,
                      .to = commit,
                      .paths = request_.paths,
                      .on_unknown_path = OnUnknownPath::skip},
                     progress_,
                     cancel_);
  }

  /// A shallow clone ends before the parents of some commits.
  std::vector<git::Oid> parents_here(const git::CommitInfo& commit) const {
    std::vector<git::Oid> parents;
    std::copy_if(commit.parents.begin(),
                 commit.parents.end(),
                 std::back_inserter(parents),
                 [&](const git::Oid& parent) {
                   return workspace_.repository().find_commit(parent).has_value();
                 });
    return parents;
  }

  Workspace& workspace_;
  const DataLogRequest& request_;
  Progress& progress_;
  const CancelToken& cancel_;
};

}  // namespace

std::uint64_t log_data(Workspace& workspace,
                       const DataLogRequest& request,
                       const std::function<void(const DataLogEntry&)>& sink,
                       Progress& progress,
                       const CancelToken& cancel) {
  return DataLog(workspace, request, progress, cancel).run(sink);
}

}  // namespace mlops::workspace
