#pragma once

#include <string>
#include <string_view>

namespace mlops::workspace {

/// Does a .gitattributes with this text hand any file to git-lfs?
bool has_lfs_attributes(std::string_view text);
/// The text without what `git lfs track` and with_pointers_outside_lfs wrote into it; lines with
/// nothing left go.
std::string without_lfs_attributes(std::string_view text);
/// The text with lines at its end that keep pointers and ignore files out of git-lfs, whatever the
/// others say; unchanged where it has them.
std::string with_pointers_outside_lfs(std::string_view text);

}  // namespace mlops::workspace
