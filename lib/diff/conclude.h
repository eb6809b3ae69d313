#pragma once

#include <map>
#include <string>
#include <vector>

#include "diff/file_metrics.h"
#include "diff/result.h"
#include "policy/safeguards.h"

namespace mlops::diff {

/// The verdict of the whole report, once all its sets are in. Adds to `report.rules` every rule
/// that judged no set, because a rule that did not run is not a pass: it is insufficient, with what
/// on_insufficient makes of that. `left_out` names the declared sets that nobody asked for; a rule
/// that speaks of one of them only is skipped. A rule on a number of a metrics file is judged here,
/// once, whatever sets there are.
void conclude(Report& report,
              const policy::Safeguards& safeguards,
              const std::vector<std::string>& left_out,
              const std::map<std::string, FileMetric>& file_metrics = {});

}  // namespace mlops::diff
