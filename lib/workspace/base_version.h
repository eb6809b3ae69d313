#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "store/store.h"
#include "workspace/tree_diff.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// Versions of a data set on which the work tree stands: the one that its pointer named at the last
/// checkout, then those that were added here since. When git brings a pointer that is not the last
/// of them, others changed the data set, or took back what was added here, and that is not here.
/// The last one is to `data add` what the merge base is to a merge. Each note is a file of the
/// state directory, see mlops-layout(5); gc does not keep its roots, and without a note, or without
/// its version, nothing is taken for deleted. Empty when there is none.
std::vector<store::ObjectId> base_versions(const Workspace& workspace, std::string_view data_set);
/// In place of those that are noted. Not durable on return: an older note, or none, has add ask
/// where it need not. Error{io}.
void note_base_versions(const Workspace& workspace,
                        std::string_view data_set,
                        const std::vector<store::ObjectId>& roots);
/// Behind those that are noted.
void note_added_version(const Workspace& workspace,
                        std::string_view data_set,
                        const store::ObjectId& root);
/// The data sets of which there is a note, sorted.
std::vector<std::string> list_based_data_sets(const Workspace& workspace);
void forget_base_version(const Workspace& workspace, std::string_view data_set);

/// What the version that a pointer names now has changed since the base, and the work tree lacks:
/// adding what lies there would undo it.
struct MissedChanges {
  std::vector<FileChange> files;  ///< as in the pointer's version, against the base; sorted by path
  /// Changed there and, to what the store does not have, here: nobody but the user can say whose
  /// counts. Sorted.
  std::vector<std::string> overridden;
  bool is_base_known = true;  ///< if not, `files` are those that are absent
};
/// What is absent is no news where it stays in the version (`Absent::stays`): of a data set that is
/// partly checked out. Error{corrupt}.
enum class Absent { stays, deleted };
MissedChanges find_missed_changes(Workspace& workspace,
                                  std::string_view data_set,
                                  const store::ObjectId& pointed,
                                  Absent absent,
                                  Progress& progress,
                                  const CancelToken& cancel);

}  // namespace mlops::workspace
