#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace mlops::pipeline {

/// Where one user's runs on this machine keep what must not outlive them:
/// $XDG_RUNTIME_DIR/mlops, else <TMPDIR or /tmp>/mlops-<uid>. Made if needed, for the user alone.
/// Error{io} when it cannot be had, or is somebody else's.
std::filesystem::path open_runtime_directory(
    const std::map<std::string, std::string>& user_environment);

/// Where the runs of all users meet: <TMPDIR or /tmp>/mlops-slots. Error{io} when it cannot be had.
std::filesystem::path open_common_directory(
    const std::map<std::string, std::string>& user_environment);

}  // namespace mlops::pipeline
