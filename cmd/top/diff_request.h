#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/context.h"
#include "diff/compare.h"
#include "pipeline/version_change.h"
#include "policy/predictions.h"

namespace mlops::top {

/// What `mlops diff` was asked: two model versions, or two files with their facts in flags.
struct DiffRequest {
  std::optional<std::string> old_revision;
  std::optional<std::string> new_revision;
  std::optional<diff::CompareInput> files;
  std::vector<std::string> sets;  ///< of --predictions
  pipeline::ChangeParts parts;    ///< of --only, but for predictions; none for two files
  bool wants_predictions = true;
  diff::OtherKeys other_keys = diff::OtherKeys::refuse;  ///< of --common
  /// Two files of which no column is said to be a prediction: all columns are compared.
  bool wants_elements = false;
};

/// Error{usage} for what fits neither.
DiffRequest read_diff_request(app::Context& context, const app::Arguments& arguments);

}  // namespace mlops::top
