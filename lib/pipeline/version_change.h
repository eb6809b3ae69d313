#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "git/repository.h"
#include "pipeline/metrics.h"
#include "workspace/data_diff.h"
#include "workspace/tree_diff.h"
#include "workspace/workspace.h"

namespace mlops::pipeline {

/// Two model versions: git revisions, or runs (see open_version); nothing is the work tree.
struct VersionPair {
  std::optional<std::string> before;
  std::optional<std::string> after;
  std::string pipeline_file;
};

/// A file that git tracks, in one version or both.
struct CodeFile {
  workspace::ChangeKind change = workspace::ChangeKind::changed;  ///< never `renamed`
  std::string path;
};

struct CodeChange {
  std::vector<git::CommitInfo> commits;  ///< what the new version has and the old has not, newest
                                         ///< first, at most kMaxCommits
  bool has_more_commits = false;
  std::vector<CodeFile> files;  ///< sorted by path; not the pointers and the lock
  static constexpr std::size_t kMaxCommits = 1000;
};
/// Of a run: of the commit that it ran on. Untracked files are in no version. Error{not_found} for
/// an unknown revision.
CodeChange compare_code(workspace::Workspace& workspace, const VersionPair& versions);

/// The parameters of both versions' pipelines that differ, by dotted name, all files merged as a
/// run merges them; of a run with its --set. A version without that pipeline has none.
/// Error{config} for files that cannot be read; it names the version.
std::vector<FigureChange> compare_params(workspace::Workspace& workspace,
                                         const VersionPair& versions);

/// The request of diff_data for them; a run is the commit that it ran on.
workspace::DataDiffRequest data_request(workspace::Workspace& workspace,
                                        const VersionPair& versions);

/// What two versions differ in, beside what they predict.
struct VersionChange {
  std::optional<CodeChange> code;
  std::optional<std::vector<FigureChange>> params;
  std::optional<workspace::DataDiff> data;
  std::optional<std::vector<FigureChange>> metrics;
  /// Why a part has less than it should: a metrics file that a version lacks, a pipeline that
  /// cannot be read.
  std::vector<std::string> problems;
};

/// Which parts are asked for.
struct ChangeParts {
  bool code = true;
  bool params = true;
  bool data = true;
  bool metrics = true;
};

/// Nothing is checked out. A part that cannot be compared is a problem and hides no other;
/// Error{not_found} for an unknown version, and whatever the user's interrupt throws.
VersionChange compare_versions(workspace::Workspace& workspace,
                               const VersionPair& versions,
                               const ChangeParts& parts,
                               Progress& progress,
                               const CancelToken& cancel);

}  // namespace mlops::pipeline
