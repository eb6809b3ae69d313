#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "os/lock.h"
#include "store/store.h"
#include "workspace/foreign_cache.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// A version that another tool named, to be stored as ours.
struct ForeignVersion {
  store::ForeignId id;
  std::string path;                                                ///< of the data set
  enum class WorkTree { ask, leave } work_tree = WorkTree::leave;  ///< what lies at `path` may do
};

struct ImportedVersion {
  enum class State {
    imported,  ///< or, when only looked for: all of it is there, unread
    missing,   ///< neither the cache nor the work tree has all of it
    damaged,   ///< a file of the cache is not what its name says, and nobody else has it
    unusable   ///< holds what cannot be data here
  };
  State state = State::imported;
  std::string problem;  ///< names the file
  store::Entry top;     ///< of an imported one: stored, not committed
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;  ///< nothing when only looked for
};

/// Told, before any of them is read, how many bytes the next files of the versions have in the
/// cache: all that are new, or so many files at a time. May throw.
using BeforeImport = std::function<void(std::uint64_t bytes)>;

/// Hands every version to `writer`, each file once, hashed as its tool did before it counts: wrong
/// bytes become no entry. Without a writer the files are only looked for. Damaged files of the
/// cache whose content was found elsewhere are told through the progress. In the order of the
/// versions; the caller commits.
std::vector<ImportedVersion> import_versions(Workspace& workspace,
                                             const ForeignCache& cache,
                                             const std::vector<ForeignVersion>& versions,
                                             store::Writer* writer,
                                             const BeforeImport& before_reading,
                                             const os::Waiter& waiter);

}  // namespace mlops::workspace
