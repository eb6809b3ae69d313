#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "store/store.h"
#include "workspace/name_folding.h"
#include "workspace/snapshot.h"
#include "workspace/tree_scan.h"

namespace mlops::workspace {

/// A tree of the store, flat and checked: every name and path fits the rules and the file system,
/// the counts that directories claim are what they hold.
struct TargetEntry {
  store::Entry entry;
  std::size_t directory = static_cast<std::size_t>(-1);  ///< of a directory: its place below
};
struct TargetDirectory {
  std::string path;                  ///< relative to the work tree's top
  std::vector<TargetEntry> entries;  ///< sorted by the bytes of their names
};
struct TargetTree {
  store::Entry top;
  std::vector<TargetDirectory> directories;  ///< parents first; [0] is the top if a directory
};

/// More entries are refused: trees that share their directories can claim 2^60 of them in a few
/// kilobytes.
inline constexpr std::size_t kMaxTreeEntries = 16U << 20U;

/// Error{corrupt} unless `node`, the directory at `path`, holds what its parent's entry says of it.
void check_claim(std::string_view path, const store::Entry& claim, const store::Node& node);

/// Error{config} that lists every path that cannot stand there, Error{corrupt} when the store lacks
/// a directory or the tree lies about its size.
TargetTree load_target(const store::Store& store,
                       std::string_view path,
                       const store::Entry& top,
                       GitFiles git_files,
                       const CancelToken& cancel);

/// Names of one directory that this file system takes for the same, judged where the tree will
/// stand.
std::vector<PathProblem> find_clashes(const TargetTree& target,
                                      const os::Beneath& tree,
                                      NameFolding& folding,
                                      const CancelToken& cancel);

}  // namespace mlops::workspace
