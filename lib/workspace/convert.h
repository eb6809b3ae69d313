#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "os/lock.h"
#include "store/store.h"
#include "workspace/convert_files.h"
#include "workspace/disk_need.h"
#include "workspace/foreign_import.h"
#include "workspace/foreign_sets.h"
#include "workspace/restore.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// Files beside data sets that change in the same step: a pipeline of the other tool.
struct ReplacedFiles {
  std::vector<std::string> removed;  ///< tracked by git
  std::vector<std::string> written;  ///< where nothing is yet
  /// The texts of some of `written`. Asked when every version is in the store, before the first
  /// file changes; may throw.
  std::function<std::map<std::string, std::string>()> texts;
};

struct ConvertOptions {
  ForeignTool tool = ForeignTool::dvc;
  enum class Missing { refuse, skip } missing = Missing::refuse;
  DryRun dry_run = DryRun::no;
  os::LockWait wait = os::LockWait::no;  ///< for whoever cleans the store
  git::OpenOptions git;                  ///< to read history with
  ReplacedFiles files;
  OnLargeNeed on_large;  ///< before what is new is read
};

/// A version of history, or an out of dvc.lock, that could not be taken over.
struct LeftBehind {
  std::string path;
  std::string id;
  std::string problem;
  ImportedVersion::State state = ImportedVersion::State::missing;
};

struct ConvertResult {
  std::vector<TakenOver> data_sets;  ///< sorted by path
  std::uint64_t versions = 0;        ///< of all of history, taken over now, those of data_sets too
  std::uint64_t known_versions = 0;  ///< that were taken over before
  std::vector<LeftBehind> left_behind;
  std::vector<std::string> unreadable;  ///< files of history that name nothing: what is wrong
  store::WriteCounts counts;
  std::vector<std::string> staged;  ///< in the index, to be committed; sorted
  std::vector<std::string> caches;  ///< directories of the other tool that may go afterwards
};

/// Makes what DVC or git-lfs track ours: the content goes from their cache, or from the work tree
/// where that matches, into the store, for every commit that git holds on to; then every data set
/// of the index gets a pointer and a line in .gitignore, and the other tool's pointer goes, as do
/// the replaced files of the caller, all of it in one step of the index. Outs of dvc.lock get no
/// pointer: a pipeline makes them.
/// Everything is checked and stored before the first file of the work tree changes; after a crash
/// anywhere the same call ends the work. The other tool's cache is only read. Error{conflict} for
/// staged or conflicting changes, or a path that cannot be a data set; Error{corrupt} that names
/// every data set without its bytes, unless they may be skipped; Error{io} when the store's disk
/// cannot hold what is new.
ConvertResult convert(Workspace& workspace,
                      const ConvertOptions& options,
                      Progress& progress,
                      const CancelToken& cancel);

}  // namespace mlops::workspace
