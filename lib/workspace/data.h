#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "os/lock.h"
#include "store/store.h"
#include "workspace/disk_need.h"
#include "workspace/pointer.h"
#include "workspace/restore.h"
#include "workspace/snapshot.h"
#include "workspace/tree_diff.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// The verbs of `mlops data`. Paths are relative to the work tree's top.

struct AddedDataSet {
  std::string path;
  Pointer pointer;
  bool changed = false;  ///< the pointer is new or another than before
  std::vector<std::string> skipped;
  std::uint64_t ignored = 0;  ///< files, links and directories that `.mlopsignore` leaves out
};
struct AddResult {
  std::vector<AddedDataSet> data_sets;
  store::WriteCounts counts;
  std::vector<std::string> staged;  ///< what `git add` was done for
};
enum class Stage { no, yes };
struct AddOptions {
  SnapshotOptions snapshot;
  OnLargeNeed on_large = {};  ///< before a first add that is large is read
  Stage stage = Stage::yes;
  DryRun dry_run = DryRun::no;
  os::LockWait wait = os::LockWait::no;  ///< for whoever cleans the store
  /// What the pointer's version has and is not here, though it was not deleted here.
  enum class Missed { refuse, drop } missed = Missed::refuse;
};
/// Stores each path as a data set: content, root, pointer, the line in the .gitignore beside it,
/// then `git add` of both. Error{conflict} with the command that mends it: a path that git tracks,
/// a pointer that .gitignore hides, a link, a path inside another data set or holding one.
/// Everything is checked and stored before the first pointer is written. Content that a data set
/// has already changes nothing; what a run that was killed left undone is done. Of a data set that
/// was only partly checked out, what is absent stays as its pointer has it; it is deleted only
/// after a checkout of the whole. What git brought into the pointer since the work tree last had
/// the data set, and is not here, is Error{conflict} unless Missed::drop; so is a pointer that
/// cannot be read, and one of a version that the store lacks, where files are ignored or fewer:
/// they may be of that version. A first add that the store's disk cannot hold is Error{io} before
/// its content is read. A dry run checks, reads and counts; the roots that it would make are zero.
AddResult add_data(Workspace& workspace,
                   const std::vector<std::string>& paths,
                   const AddOptions& options,
                   Progress& progress,
                   const CancelToken& cancel);

/// What lies at a data set's path, against its pointer. `other_version`: as a whole a version that
/// was added (after `git checkout`, or a checkout of another revision); `modified`: what no pointer
/// in git names; `sparse`: unchanged, and only parts of it are checked out.
enum class DataState {
  unchanged,
  sparse,
  modified,
  other_version,
  missing,
  not_in_store,
  invalid_pointer,
};
std::string_view to_string(DataState state);
struct DataStatus {
  std::string path;
  DataState state = DataState::unchanged;
  std::optional<Pointer> pointer;
  std::string problem;                  ///< for invalid_pointer, and what a checkout did not bring
  std::string hint;                     ///< the step that mends the problem
  bool is_here = false;                 ///< something lies at the path
  std::vector<std::string> parts = {};  ///< those of a sparse data set, from the work tree's top
};
/// All data sets of the work tree (pointers that git tracks or that lie in it), sorted by path.
std::vector<DataStatus> data_status(Workspace& workspace,
                                    Progress& progress,
                                    const CancelToken& cancel);
/// Of those of them that `paths` names.
std::vector<DataStatus> data_status_of(Workspace& workspace,
                                       const std::vector<std::string>& paths,
                                       Progress& progress,
                                       const CancelToken& cancel);
/// The files inside that differ from the version that the pointer names: new (added), modified
/// (changed), missing (removed) and renamed ones, sorted by path. Of a checkout that did not finish
/// what it did not bring is missing; of a sparse data set what is outside its parts is not. A link
/// that is new is no data. Empty where there is nothing to compare: states missing as a whole,
/// not_in_store and invalid_pointer. Error{corrupt}.
std::vector<FileChange> list_changed_files(Workspace& workspace,
                                           const DataStatus& status,
                                           Progress& progress,
                                           const CancelToken& cancel);
/// The paths of all pointers without their suffix, sorted.
std::vector<std::string> list_data_sets(Workspace& workspace);

/// See run_lock.h; a run has it when it checks out what its stages read.
enum class RunLock { take, held };
/// Of a sparse data set that is named as a whole: its parts, or all, which makes it sparse no more.
enum class Extent { parts, full };
struct CheckoutOptions {
  std::vector<std::string> paths;  ///< data sets, or inside them; empty: all
  std::optional<std::string>
      revision;  ///< pointers and outs as of this revision; else the work tree's
  RestoreOptions restore;
  std::vector<std::string> lock_files = {"pipeline.lock"};  ///< whose outs are checked out too
  Extent extent = Extent::parts;
  RunLock run_lock = RunLock::take;
  os::LockWait wait = os::LockWait::no;  ///< for a run that is at work
};
struct CheckoutResult {
  RestoreResult total;
  std::vector<std::string> data_sets;  ///< and outs, or what was asked for inside them; sorted
  std::vector<std::string> gone;       ///< data sets that this version does not have; sorted
  std::vector<std::string> left;       ///< of them, files that the store does not know; sorted
  std::vector<std::string> sparse;  ///< data sets of which only parts are here afterwards; sorted
  std::vector<std::string>
      ignore_files;  ///< got a line, so that git does not take the data; sorted
};
/// Makes data sets and outs of pipelines what their pointers and locks say; pointers, locks and
/// other files of git stay as they are, but for a line in the .gitignore beside what is written
/// and not ignored yet. A part of a data set of which nothing is here yet makes it sparse: its
/// parts are remembered, and are what a later checkout of it brings; what else is here stays up to
/// date. Outs that git tracks are left to git. Of data sets that were here and that the work tree's
/// version does not have (gone_data_sets.h), what the store knows is removed when everything is
/// checked out. All or, when something of the user's is in the way
/// (total.kept), nothing. Error{not_found} for a path that is no data, Error{locked} while a run is
/// at work, unless it waits.
CheckoutResult checkout_data(Workspace& workspace,
                             const CheckoutOptions& options,
                             Progress& progress,
                             const CancelToken& cancel);

struct ListedFile {
  std::string path;
  store::EntryKind kind = store::EntryKind::file;
  std::uint64_t size = 0;
};
/// Files of the data set (or of a directory inside it), sorted, without checking anything out.
std::vector<ListedFile> list_data(Workspace& workspace,
                                  std::string_view path,
                                  const std::optional<std::string>& revision);

}  // namespace mlops::workspace
