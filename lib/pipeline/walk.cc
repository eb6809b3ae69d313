#include "pipeline/walk.h"

#include <algorithm>

#include "store/tree.h"
#include "workspace/tree_path.h"

namespace mlops::pipeline {

namespace {

/// Without the names that no data set may hold: they are git's and ours.
std::vector<WalkedFile> list_entries(const os::Beneath& tree, std::string_view directory) {
  std::vector<WalkedFile> entries;
  for (const auto& name : tree.list(directory)) {
    if (!store::name_problem(name).empty()) {
      continue;
    }
    auto path = workspace::join_path(directory, name);
    if (const auto stat = tree.lstat(path)) {
      entries.push_back({std::move(path), *stat});
    }
  }
  return entries;
}

}  // namespace

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
    for (auto& entry : list_entries(tree, at)) {
      if (entry.stat.kind != os::FileKind::directory) {
        files.push_back(std::move(entry));
      } else if (enter(entry.path)) {
        open.push_back(std::move(entry.path));
      }
    }
  }
  std::sort(files.begin(), files.end(), [](const WalkedFile& a, const WalkedFile& b) {
    return a.path < b.path;
  });
  return files;
}

}  // namespace mlops::pipeline
