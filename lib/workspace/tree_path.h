#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mlops::workspace {

/// Paths of the work tree: relative to its top, '/' between components, raw bytes, "" the top.

/// Empty when `relative` may be the path of data ("a/b/c", each component a name that a tree may
/// hold, at most kMaxPathBytes), else why not: "goes into .git", "has an empty component" …
std::string path_problem(std::string_view relative);
/// Error{config} with `what` ("data set", "out") unless path_problem is empty.
void check_path(std::string_view relative, std::string_view what);

/// PATH_MAX without its NUL: what one system call takes.
inline constexpr std::size_t kMaxPathBytes = 4095;

std::string join_path(std::string_view directory, std::string_view name);
std::string_view parent_of(std::string_view path);  ///< "" for a path of one component
std::string_view leaf_of(std::string_view path);
/// `path` itself, or something below it.
bool is_within(std::string_view path, std::string_view ancestor);
/// "a/b/c" → "a", "a/b": every directory above, outermost first.
std::vector<std::string_view> ancestors_of(std::string_view path);

}  // namespace mlops::workspace
