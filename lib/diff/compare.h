#pragma once

#include <string>
#include <vector>

#include "base/cancel.h"
#include "diff/result.h"
#include "policy/predictions.h"
#include "policy/safeguards.h"
#include "table/table.h"

namespace mlops::diff {

/// Keys that one side has, beyond the share that the policy allows.
enum class OtherKeys {
  refuse,     ///< the sets are not comparable
  leave_out,  ///< the shared keys are compared, and the rule missing_rows judges
};

struct CompareInput {
  policy::PredictionSet set;
  table::Source old_table;
  table::Source new_table;
  std::string old_name;
  std::string new_name;
  /// Why a side's table is not what its version's own files make, one sentence each.
  std::vector<std::string> stale{};
  OtherKeys other_keys = OtherKeys::refuse;
};

/// Compares one prediction set of two model versions element by element and judges it by the
/// policy's rules (definitions B1–B13). Same input, same bytes out: no clock, no order of threads.
/// Labels or keys that differ between the versions are no error: the report then is not
/// `comparable` and its verdict insufficient. Error{config} for tables that cannot be used.
PredictionReport compare(table::Engine& engine,
                         const CompareInput& input,
                         const policy::Safeguards& safeguards,
                         const CancelToken& cancel);

}  // namespace mlops::diff
