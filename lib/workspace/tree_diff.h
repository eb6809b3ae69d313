#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "store/tree.h"
#include "workspace/node_pair.h"

namespace mlops::workspace {

enum class ChangeKind { added, removed, changed, renamed };
std::string_view to_string(ChangeKind kind);

/// One file or link that differs. `renamed`: the same content under another path, as git's exact
/// renames; `changed` covers the executable bit and a link in place of a file.
struct FileChange {
  ChangeKind change = ChangeKind::changed;
  std::string path;      ///< from the work tree's top; of a removed file, where it was
  std::string old_path;  ///< of a renamed one
  store::EntryKind kind = store::EntryKind::file;  ///< now; of a removed one, before
  std::uint64_t old_bytes = 0;                     ///< 0 when added
  std::uint64_t new_bytes = 0;                     ///< 0 when removed
};

/// What differs between two versions of what lies at `path`, sorted by path. Both trees are walked
/// together and what is equal is skipped by its id: the cost is that of the directories on the way
/// to what differs, of long ones that of their runs. Each removed file is paired with one added
/// file of the same content at most, of the same name first. Error{config} for a tree that no disk
/// could hold (kMaxTreeEntries, kMaxPathBytes), Error{corrupt} of read_different, and what `read`
/// throws.
std::vector<FileChange> diff_trees(std::string_view path,
                                   const store::Entry& before,
                                   const store::Entry& after,
                                   const LevelReader& read,
                                   const CancelToken& cancel);

/// In the work tree they are no data: add leaves them out.
void erase_new_links(std::vector<FileChange>& files);

}  // namespace mlops::workspace
