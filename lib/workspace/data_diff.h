#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/error.h"
#include "base/progress.h"
#include "workspace/tree_diff.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// How much there is on one side.
struct DataAmount {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  friend bool operator==(const DataAmount&, const DataAmount&) = default;
};

/// One data set, or out that a lock names, that differs; or what of it was asked for.
struct DataSetChange {
  /// `renamed`: moved as a whole, unchanged.
  ChangeKind change = ChangeKind::changed;
  std::string path;
  std::string old_path;  ///< of a moved one
  bool is_directory = false;
  DataAmount before;
  DataAmount after;
  std::vector<FileChange> files;  ///< of a changed one: all of them, sorted by path

  struct Counts {
    std::uint64_t added = 0;
    std::uint64_t removed = 0;
    std::uint64_t changed = 0;
    std::uint64_t renamed = 0;
  };
  /// Of files; a data set that is new, gone or moved counts with all that it has.
  Counts count() const;
};

struct DataDiff {
  std::vector<DataSetChange> data_sets;  ///< sorted by path
  /// Those that could not be compared, because their pointer is broken or the store lacks a
  /// version: they hide no others.
  std::vector<Error> failures;
  /// Of these, what git alone says: a change of the version, with the amounts that the pointers and
  /// locks name, no files. Sorted by path.
  std::vector<DataSetChange> unknown;
};

enum class OnUnknownPath { fail, skip };

struct DataDiffRequest {
  std::optional<std::string> from{};  ///< a revision; nothing: before the first commit
  std::optional<std::string> to{};    ///< a revision; nothing: what lies in the work tree
  /// Data sets, outs, directories above them, or what is inside them; empty: everything.
  std::vector<std::string> paths{};
  OnUnknownPath on_unknown_path = OnUnknownPath::fail;
};

/// What differs between two versions of all data, without checking anything out. Between two
/// revisions the cost is that of git's own comparison and of what differs, see diff_trees; of the
/// work tree, that of data_status. In the work tree, a data set of which nothing lies there is as
/// its pointer says, and a symbolic link that is new is no data. Error{not_found} for an unknown
/// revision, and with OnUnknownPath::fail for a path that is no data on either side.
DataDiff diff_data(Workspace& workspace,
                   const DataDiffRequest& request,
                   Progress& progress,
                   const CancelToken& cancel);

}  // namespace mlops::workspace
