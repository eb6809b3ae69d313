#pragma once

#include <map>
#include <optional>
#include <string>

#include "policy/safeguards.h"
#include "workspace/revision.h"

namespace mlops::diff {

/// The number that a rule on "FILE:KEY" is about, of both versions.
struct FileMetric {
  std::optional<double> old_value;
  std::optional<double> new_value;
  /// Why there is nothing to judge: a version lacks the file, it cannot be read, the key is not
  /// there or is no number. The old version is asked where a limit is on the change.
  std::string problem;
};

/// By metric. Error{interrupted} and what a repository throws that cannot be read.
std::map<std::string, FileMetric> read_file_metrics(const workspace::Revision& old_version,
                                                    const workspace::Revision& new_version,
                                                    const policy::Safeguards& safeguards);

}  // namespace mlops::diff
