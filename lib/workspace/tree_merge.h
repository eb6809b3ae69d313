#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "store/tree.h"
#include "workspace/tree_diff.h"

namespace mlops::workspace {

using NodeReader = std::function<store::Node(const store::ObjectId&)>;

/// As git names them: `ours` is what HEAD has, `theirs` what is merged into it.
enum class MergeSide { ours, theirs };

/// A path at which the two sides cannot both have their way.
struct MergeConflict {
  enum class Kind { both_changed, both_added, deleted_by_us, deleted_by_them, file_and_directory };
  Kind kind = Kind::both_changed;
  std::string path;  ///< from the work tree's top
  std::string
      instance{};  ///< where the path is a pipeline's lock: which one of it, as runs name it
};
std::string_view to_string(MergeConflict::Kind kind);

/// Three versions of what lies at one path; nothing: there is none.
struct MergeInput {
  std::optional<store::Entry> base;
  std::optional<store::Entry> ours;
  std::optional<store::Entry> theirs;
};

/// Which side has its way where they conflict; nothing: neither.
using MergeDecision = std::function<std::optional<MergeSide>(std::string_view path)>;

/// A directory that is neither side's version.
struct MergedDirectory {
  std::string path;
  store::Node node;        ///< of a directory that is merged itself id and counts are still to come
  std::size_t parent = 0;  ///< of the first, itself
  bool is_gone = false;    ///< nothing is left in it, and one side removed it
};

struct MergedTree {
  std::optional<store::Entry> top;           ///< nothing: it is gone
  std::vector<MergedDirectory> directories;  ///< parents first; where any, the first is the top
  std::vector<MergeConflict> conflicts;      ///< sorted by path
};

/// Merges two versions file by file: what one side alone changed, added or removed is as that side
/// has it, what both did alike is done once; a file's executable bit is merged apart from its
/// content. The three trees are walked together, and what only one side changed is taken by its id:
/// the cost is that of the directories in which both changed something. Error{config} for a tree
/// that no disk could hold, Error{corrupt} for directories that lie about their size, and what
/// `read_node` throws.
MergedTree merge_trees(std::string_view path,
                       const MergeInput& input,
                       const NodeReader& read_node,
                       const MergeDecision& decide,
                       const CancelToken& cancel);

/// Stores the directories of a merge without conflicts, from below; what is at the path then.
/// Error{config} when it holds more than a tree may.
std::optional<store::Entry> put_merged(
    MergedTree merged, const std::function<store::ObjectId(const MergedDirectory&)>& put_node);

}  // namespace mlops::workspace
