#pragma once

#include "app/command.h"

namespace mlops::metrics {

app::Command show_command();
app::Command diff_command();

}  // namespace mlops::metrics
