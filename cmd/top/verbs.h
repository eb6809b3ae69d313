#pragma once

#include "app/command.h"

namespace mlops::top {

app::Command init_command();
app::Command status_command();
app::Command run_command();
app::Command exec_command();
app::Command diff_command();
app::Command check_command();
app::Command convert_command();
app::Command doctor_command();
app::Command config_command();
app::Command completion_command();
app::Command help_command();
app::Command version_command();

}  // namespace mlops::top
