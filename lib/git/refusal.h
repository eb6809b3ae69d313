#pragma once

#include <string_view>

#include "git/repository.h"

namespace mlops::git {

/// Why a repository is not opened, in the same words for both implementations: Error{config}.
[[noreturn]] void refuse_bare(const fs::path& directory);
[[noreturn]] void refuse_inside_git_dir(const fs::path& directory);
[[noreturn]] void refuse_unsafe(const fs::path& directory);
[[noreturn]] void refuse_broken(const fs::path& directory, std::string_view reason);
/// What only git can do, and there is no git.
[[noreturn]] void refuse_without_git(std::string_view reason);

}  // namespace mlops::git
