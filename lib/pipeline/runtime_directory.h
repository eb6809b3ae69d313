#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace mlops::pipeline {

/// Where runs of one user on this machine meet, and keep what must not outlive them:
/// $XDG_RUNTIME_DIR/mlops, else <TMPDIR or /tmp>/mlops-<uid>. Made if needed, for the user alone.
/// Error{io} when it cannot be had, or is somebody else's.
std::filesystem::path open_runtime_directory(
    const std::map<std::string, std::string>& user_environment);

}  // namespace mlops::pipeline
