#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "app/command.h"
#include "app/context.h"

namespace mlops::app {

/// One screen for a command, a group ("data") or all of mlops (""); examples first. Ends with '\n'.
/// Folded to `width` columns; 0: not at all.
std::string help_screen(std::string_view topic, std::size_t width = 0);
/// "mlops data add <path>... [flags]".
std::string usage_line(const Command& command);
/// "-n, --dry-run", "--format <kind>".
std::string flag_text(const Flag& flag);

/// Opens the manual page of a topic; falls back to its screen where there is none.
ExitCode show_manual(Context& context, std::string_view topic);

}  // namespace mlops::app
