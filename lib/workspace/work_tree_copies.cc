#include "workspace/work_tree_copies.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workspace/data_sets.h"
#include "workspace/partial_checkout.h"
#include "workspace/snapshot.h"
#include "workspace/version_names.h"

namespace mlops::workspace {

namespace {

/// Whatever lies there, as a version would hold it.
SnapshotOptions everything() {
  return {.on_unreadable = OnUnreadable::skip,
          .symlinks = Symlinks::skip,
          .git_files = GitFiles::allow,
          .nested_pointers = NestedPointers::allow};
}

}  // namespace

WorkTreeCopies::WorkTreeCopies(Workspace& workspace,
                               Progress& progress,
                               const CancelToken& cancel,
                               std::vector<std::string> lock_files)
    : workspace_(workspace),
      progress_(progress),
      cancel_(cancel),
      lock_files_(std::move(lock_files)) {}

std::vector<std::string> WorkTreeCopies::list_paths(std::span<const store::ObjectId> hurt) {
  std::vector<std::string> first;
  std::vector<std::string> rest;
  std::set<std::string> seen;
  const VersionNames named = list_version_names(workspace_, NamedBy::every_ref, lock_files_);
  for (const VersionName& version : named.versions) {
    if (std::find(hurt.begin(), hurt.end(), version.root) != hurt.end() &&
        seen.insert(version.path).second) {
      first.push_back(version.path);
    }
  }
  for (const VersionName& version : named.versions) {
    if (seen.insert(version.path).second) {
      rest.push_back(version.path);
    }
  }
  first.insert(first.end(), rest.begin(), rest.end());
  return first;
}

void WorkTreeCopies::offer(std::span<const store::ObjectId> hurt,
                           store::Writer& sink,
                           const std::function<bool()>& is_enough) {
  for (const std::string& path : list_paths(hurt)) {
    if (is_enough()) {
      return;
    }
    try {
      if (workspace_.tree().lstat(path)) {
        offer_data(path, sink);
      }
    } catch (const Error& error) {
      // Trouble of the work tree: what other data sets have is worth taking all the same.
      if (error.kind() != ErrorKind::config && error.kind() != ErrorKind::conflict &&
          error.kind() != ErrorKind::not_found) {
        throw;
      }
      progress_.warn(fmt::format("{} was not searched for copies: {}",
                                 quote(workspace_.to_display(path)),
                                 error.message()));
    }
  }
}

void WorkTreeCopies::offer_data(const std::string& path, store::Writer& sink) {
  SnapshotOptions options = everything();
  const Snapshot without_links = offer_what_is_data(path, options, sink);
  if (without_links.links > 0) {
    options.symlinks = Symlinks::store;
    offer_path(workspace_, sink, path, options, progress_, cancel_);
  }
  if (is_partly_checked_out(workspace_, path)) {
    offer_completed(path, sink);
  }
}

/// Directories are those of a version only without what is ignored. What a version tracks all the
/// same cannot be asked of one that is hurt itself: then files alone are copies.
Snapshot WorkTreeCopies::offer_what_is_data(const std::string& path,
                                            SnapshotOptions& options,
                                            store::Writer& sink) {
  try {
    return offer_path(workspace_, sink, path, options, progress_, cancel_);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
    options.ignored = Ignored::take;
    return offer_path(workspace_, sink, path, options, progress_, cancel_);
  }
}

/// The directories of a data set of which a part lies here are those of the part and of its
/// version.
void WorkTreeCopies::offer_completed(const std::string& path, store::Writer& sink) {
  const auto pointer = read_pointer(workspace_, path);
  if (!pointer) {
    return;
  }
  try {
    SnapshotOptions options = everything();
    options.keep_absent_of = version_to_complete(
        workspace_,
        path,
        load_top(workspace_.store(), pointer->root, "data set " + quote(path), Need::part));
    offer_path(workspace_, sink, path, options, progress_, cancel_);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
    // The version itself cannot be read: the part has been offered as it is.
    progress_.warn(fmt::format("{} is only partly checked out, and its version cannot be read",
                               quote(workspace_.to_display(path))));
  }
}

}  // namespace mlops::workspace
