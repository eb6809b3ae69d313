#pragma once

#include "app/command.h"

namespace mlops::pipeline {

app::Command validate_command();
app::Command schema_command();
app::Command plan_command();
app::Command graph_command();

}  // namespace mlops::pipeline
