#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "git/repository.h"
#include "workspace/data_sets.h"
#include "workspace/foreign_import.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// What DVC or git-lfs have in a repository: found, not judged.

enum class ForeignTool { dvc, lfs };

/// A data set of git's index.
struct ForeignSet {
  std::string path;
  std::string file;  ///< of git, that names it: a `.dvc` file, or that of git-lfs itself
  store::ForeignId id;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;  ///< as the tool says
};
/// Sorted by path. Error{config} for a `.dvc` file that cannot be read, or a file that git-lfs has
/// changed with an extension of its own.
std::vector<ForeignSet> find_foreign_sets(Workspace& workspace,
                                          const IndexView& index,
                                          ForeignTool tool);

/// Versions that pointers and locks name in any commit that git holds on to.
struct ForeignHistory {
  std::vector<ForeignVersion> versions;  ///< each id once
  std::vector<std::string> unreadable;   ///< files that name none, and why
};
ForeignHistory read_foreign_history(Workspace& workspace,
                                    const IndexView& index,
                                    ForeignTool tool,
                                    const git::OpenOptions& git,
                                    Progress& progress,
                                    const CancelToken& cancel);

/// The directories in which the tool keeps its bytes; they need not exist.
std::vector<std::filesystem::path> find_foreign_caches(const Workspace& workspace,
                                                       const IndexView& index,
                                                       ForeignTool tool);

}  // namespace mlops::workspace
