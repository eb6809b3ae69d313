#pragma once

#include <string>
#include <vector>

#include "pipeline/dvc_template.h"

namespace mlops::pipeline {

/// The command of a DVC stage in TOML: `lines` are what DVC gives to a shell of its own each, one
/// after the other, until one fails. Plain words become an array, which needs no shell.
std::string dvc_command_as_toml(const std::vector<DvcText>& lines);

/// Whether a command is given to a shell.
bool needs_shell(const std::vector<DvcText>& lines);

}  // namespace mlops::pipeline
