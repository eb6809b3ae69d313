#pragma once

#include <map>
#include <string>

#include "policy/safeguards.h"
#include "workspace/revision.h"

namespace mlops::diff {

/// Why rules on "FILE:KEY" have no figure to judge, by metric: a version lacks the file, it cannot
/// be read, the key is not there or is no number. The old version is asked where the limit is on
/// the change. Metrics that are sound are not in it.
std::map<std::string, std::string> find_file_metric_problems(const workspace::Revision& old_version,
                                                             const workspace::Revision& new_version,
                                                             const policy::Safeguards& safeguards);

}  // namespace mlops::diff
