#pragma once

#include "app/command.h"

namespace mlops::runs {

app::Command list_command();
app::Command show_command();
app::Command logs_command();
app::Command attach_command();
app::Command cancel_command();
app::Command gc_command();
app::Command diff_command();
app::Command apply_command();

}  // namespace mlops::runs
