#pragma once

#include <string>
#include <vector>

#include "app/context.h"
#include "diff/result.h"
#include "top/diff_request.h"
#include "top/policy_file.h"
#include "top/report_output.h"

namespace mlops::top {

/// The predictions of both versions, compared and judged by the policy. What keeps a part of that
/// from being shown is added to `problems`. Error{config} where neither version declares any, if
/// whoever asked would get no answer.
diff::Report compare_predictions(app::Context& context,
                                 const DiffRequest& request,
                                 const Policy& policy,
                                 const std::vector<Output>& outputs,
                                 std::vector<std::string>& problems);

}  // namespace mlops::top
