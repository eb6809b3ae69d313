#pragma once

#include "app/command.h"

namespace mlops::remote {

app::Command add_command();
app::Command list_command();
app::Command show_command();
app::Command remove_command();
app::Command probe_command();
app::Command serve_command();

}  // namespace mlops::remote
