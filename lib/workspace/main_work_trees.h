#pragma once

#include <filesystem>
#include <vector>

namespace mlops::workspace {

namespace fs = std::filesystem;

/// A git directory of another name than ".git" (git clone --separate-git-dir) does not say where
/// its work tree is; gc must know. So each that uses the store is noted in the clone's state
/// directory, in "work-trees" (mlops-layout(5)).

/// Error{io}. Does nothing where git knows, or when it is noted already.
void note_main_work_tree(const fs::path& common_dir, const fs::path& top);
/// Those that are noted and still have this git directory. Error{io}.
std::vector<fs::path> list_main_work_trees(const fs::path& common_dir);

}  // namespace mlops::workspace
