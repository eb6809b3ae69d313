#pragma once

#include <filesystem>

namespace mlops::os {

/// True when the file system of `directory` shares blocks between files (reflinks: FICLONE). Makes
/// two small files in it to find out, and removes them.
bool can_clone_files(const std::filesystem::path& directory);

}  // namespace mlops::os
