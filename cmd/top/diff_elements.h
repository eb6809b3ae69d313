#pragma once

#include <vector>

#include "app/context.h"
#include "app/exit_code.h"
#include "top/diff_request.h"
#include "top/policy_file.h"
#include "top/report_output.h"

namespace mlops::top {

/// Compares two tables cell by cell and shows it. Error{usage} for a format that shows predictions.
app::ExitCode diff_elements(app::Context& context,
                            const DiffRequest& request,
                            const Policy& policy,
                            const std::vector<Output>& outputs);

}  // namespace mlops::top
