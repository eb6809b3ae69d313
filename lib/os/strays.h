#pragma once

#include <cstddef>
#include <string_view>

namespace mlops::os {

/// Whoever calls setsid is no longer of the group that is killed when a child ends. But it keeps
/// the variables that it was started with.

/// From now on processes whose parents end become children of this process, not of init.
void adopt_strays() noexcept;

/// Kills what was adopted and was started with `variable` ("NAME=value"), and what is adopted by
/// that, until nothing of it is left. How many there were. Any thread.
std::size_t end_strays(std::string_view variable);

}  // namespace mlops::os
