#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "workspace/workspace.h"

namespace mlops::workspace {

/// Adds the line "/name" (quoted as gitignore needs it) for `relative` to the .gitignore beside it,
/// unless a line says it already. Returns the path of the .gitignore if it changed, else "".
std::string ignore_path(Workspace& workspace, std::string_view relative);
/// The same for many: each .gitignore is written once, and git is asked once. Returns those that
/// changed.
std::vector<std::string> ignore_paths(Workspace& workspace,
                                      const std::vector<std::string>& relatives);
/// Of these paths those that git would see: somebody took the line away. Git is asked only of those
/// without a line.
std::vector<std::string> find_unignored(Workspace& workspace,
                                        const std::vector<std::string>& relatives);
/// Takes the line out again; a .gitignore without any other goes. Returns its path if it changed,
/// else "".
std::string unignore_path(Workspace& workspace, std::string_view relative);
/// The gitignore pattern that matches this name in its directory, and nothing else unless the name
/// has line breaks: gitignore cannot spell them, "?" stands for each.
std::string ignore_pattern(std::string_view name);

/// Does a .gitignore with this text hold the line?
bool has_ignore_line(std::string_view text, std::string_view pattern);
/// The .gitignore that ignore_path writes to.
std::string ignore_file_of(std::string_view relative);

inline constexpr std::uint64_t kMaxIgnoreBytes = 16U << 20U;

}  // namespace mlops::workspace
