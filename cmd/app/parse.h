#pragma once

#include <string>
#include <vector>

#include "app/command.h"

namespace mlops::app {

/// What the command line asks for, before anything is opened.
struct ParsedLine {
  const Command* command = nullptr;  ///< nothing: `topic` is to be explained
  std::string topic;                 ///< "", "data", or a command's path
  enum class Help { none, screen, manual } help = Help::none;
  bool version = false;
  Arguments arguments;  ///< global flags included
};

/// Error{usage} with a suggestion for unknown commands and flags, missing or surplus words. Flags
/// may stand before the command and after its arguments; "--" ends them.
ParsedLine parse_command_line(const std::vector<std::string>& words);

}  // namespace mlops::app
