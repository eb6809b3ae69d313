#pragma once

#include <map>
#include <string>
#include <vector>

#include "pipeline/dvc_pipeline.h"
#include "pipeline/run_context.h"

namespace mlops::pipeline {

/// What became of the result that dvc.lock names for a stage.
struct DvcResult {
  std::string name;      ///< of the stage in DVC
  std::string instance;  ///< here
  std::string problem;   ///< why it was not taken over; empty: it was
};
struct DvcResults {
  std::vector<DvcResult> results;  ///< in the order of the pipeline
  std::string lock;                ///< text of pipeline.lock; empty when nothing was taken over
};

/// Puts what DVC's runs made into the run cache, and says what pipeline.lock is to be. A result
/// counts when dvc.lock names it for the command and the parameters that the instance has now, and
/// the content of every dep and out, by the MD5 noted there, is in the store or lies in the work
/// tree: a run that reads these deps is a hit. DVC does not know what it ran in: it is taken for
/// what the stage would run in here, graded weak. `locks`: dvc.yaml → the text of its dvc.lock. The
/// store is written, nothing else. Error{config} for a lock that cannot be read.
DvcResults take_over_results(const RunContext& context,
                             const std::vector<DvcInstance>& instances,
                             const std::map<std::string, std::string>& locks);

}  // namespace mlops::pipeline
