#include "workspace/name_folding.h"

#include <map>

#include "base/error.h"
#include "os/random.h"
#include "workspace/tree_path.h"
#include "workspace/tree_scan.h"

namespace mlops::workspace {

namespace {

/// A directory for trials, and the empty directories made in it; removed with it.
class Trial {
 public:
  Trial(const os::Beneath& tree, std::string_view directory)
      : tree_(tree),
        path_(join_path(directory, std::string(kLeftoverPrefix) + os::random_name(12))) {
    tree_.make_directories(path_);
  }
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;
  ~Trial() {
    try {
      for (const auto& [inode, name] : made_) {
        tree_.remove_empty_directory(join_path(path_, name));
      }
      tree_.remove_empty_directory(path_);
    } catch (const Error&) {
      // A destructor has nobody to tell; what is left has a name that the next checkout removes.
      return;
    }
  }

  /// Makes `name`; the earlier name that is the same here, if any.
  std::optional<std::string> add(const std::string& name) {
    const std::string path = join_path(path_, name);
    if (const auto stat = tree_.lstat(path)) {
      return made_.at(stat->ino);
    }
    tree_.make_directories(path);
    if (const auto stat = tree_.lstat(path)) {
      made_.emplace(stat->ino, name);
    }
    return std::nullopt;
  }

 private:
  const os::Beneath& tree_;
  std::string path_;
  std::map<std::uint64_t, std::string> made_;
};

}  // namespace

bool DiskNameFolding::folds(const os::Beneath& tree, std::string_view directory) {
  Trial trial(tree, directory);
  trial.add("mlops");
  return trial.add("MLOPS").has_value();
}

std::optional<std::pair<std::string, std::string>> DiskNameFolding::find_clash(
    const os::Beneath& tree, std::string_view directory, const std::vector<std::string>& names) {
  Trial trial(tree, directory);
  for (const std::string& name : names) {
    if (auto earlier = trial.add(name)) {
      return std::pair(std::move(*earlier), name);
    }
  }
  return std::nullopt;
}

}  // namespace mlops::workspace
