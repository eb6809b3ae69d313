#pragma once

#include <string>
#include <string_view>

namespace mlops::pipeline {

/// The paths of a pipeline file: relative to the work tree's top, '/' between components.

/// "./a//b/" → "a/b". Empty components and "." are dropped; the top itself is ".".
std::string normal_path(std::string_view path);

/// Why the path cannot be a dep, an out or a working directory ("is absolute", "leaves the
/// repository" …); empty when it can. `.git` and `.mlops` are refused in every component.
std::string path_problem(std::string_view path);

/// The same for a pattern of base's glob_match.
std::string glob_problem(std::string_view pattern);

/// The leading components of a pattern that hold no wildcard: "src" of "src/*/a.py"; may be empty.
std::string literal_prefix(std::string_view pattern);

/// True when `path` equals `directory` or lies inside it.
bool is_same_or_inside(std::string_view path, std::string_view directory);

/// True when the pattern can match something inside `directory`.
bool glob_reaches_into(std::string_view pattern, std::string_view directory);

}  // namespace mlops::pipeline
