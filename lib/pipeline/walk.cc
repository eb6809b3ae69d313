#include "pipeline/walk.h"

#include <algorithm>

#include "store/tree.h"

namespace mlops::pipeline {

std::vector<WalkedFile> walk_files(const os::Beneath& tree,
                                   std::string_view directory,
                                   const std::function<bool(const std::string&)>& enter,
                                   const CancelToken& cancel) {
  std::vector<WalkedFile> files;
  std::vector<std::string> open{std::string(directory)};
  if (!directory.empty()) {
    const auto stat = tree.lstat(directory);
    if (!stat) {
      return files;
    }
    if (stat->kind != os::FileKind::directory) {
      return {{std::string(directory), *stat}};
    }
  }
  while (!open.empty()) {
    cancel.check();
    const auto at = std::move(open.back());
    open.pop_back();
    for (const auto& name : tree.list(at)) {
      // The names that no data set may hold are git's and ours.
      if (!store::name_problem(name).empty()) {
        continue;
      }
      auto path = at.empty() ? name : at + "/" + name;
      const auto stat = tree.lstat(path);
      if (!stat) {
        continue;
      }
      if (stat->kind != os::FileKind::directory) {
        files.push_back({std::move(path), *stat});
      } else if (enter(path)) {
        open.push_back(std::move(path));
      }
    }
  }
  std::sort(files.begin(), files.end(), [](const WalkedFile& a, const WalkedFile& b) {
    return a.path < b.path;
  });
  return files;
}

}  // namespace mlops::pipeline
