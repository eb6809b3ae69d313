#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::pipeline {

/// The list of paths that OutsAside keeps beside what it moved: JSON, each path in hex, since paths
/// are raw bytes.
std::string encode_aside_list(const std::vector<std::string>& paths);
/// Nothing when damaged, or when a path could not be an out: then nothing was moved, for the list
/// is durable before the first move.
std::optional<std::vector<std::string>> decode_aside_list(std::string_view text);

}  // namespace mlops::pipeline
