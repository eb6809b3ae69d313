#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "diff/compare.h"
#include "diff/file_metrics.h"
#include "diff/result.h"
#include "policy/predictions.h"
#include "policy/safeguards.h"
#include "workspace/revision.h"
#include "workspace/workspace.h"

namespace mlops::diff {

/// Which prediction sets of which two model versions. A version is a git revision; nothing is the
/// work tree.
struct VersionsRequest {
  workspace::Revision old_version;
  workspace::Revision new_version;
  std::string pipeline_file;
  std::vector<std::string> sets;  ///< names; empty: all that are declared
};

/// What can be compared, and what cannot because a version lacks it.
struct Versions {
  std::string old_name;
  std::string new_name;
  std::string old_commit;  ///< hex; empty for the work tree
  std::string new_commit;
  std::vector<CompareInput> inputs;
  /// With the reason: a version lacks its table, or only the old one declares it.
  std::vector<PredictionReport> missing;
  std::vector<std::string> left_out;  ///< names of declared sets that were not asked for
  std::map<std::string, FileMetric> file_metrics;  ///< see file_metrics.h
  /// What it takes to compare predictions, where neither version declares any.
  std::string undeclared{};
};

/// A set whose table some version lacks: insufficient, and so are its rules.
PredictionReport missing_report(const policy::PredictionSet& set,
                                const Versions& versions,
                                const policy::Safeguards& safeguards,
                                const std::vector<std::string>& absent_in);

/// Reads the declarations from the new version's pipeline (else the old one's) and puts the tables
/// of both versions into `scratch`, verified, without checking anything out. A set that only the
/// old version declares is missing, unless a rule names it and so tells of it. Error{not_found} for
/// a revision, Error{config} when a rule names a set that neither version declares, Error{usage}
/// for an unknown set.
Versions gather(workspace::Workspace& workspace,
                const VersionsRequest& request,
                const policy::Safeguards& safeguards,
                const std::filesystem::path& scratch,
                const CancelToken& cancel);

}  // namespace mlops::diff
