#include "pipeline/undeclared.h"

#include <algorithm>
#include <map>
#include <utility>

#include "pipeline/path.h"
#include "workspace/data.h"

namespace mlops::pipeline {

WriteWatch::WriteWatch(workspace::Workspace& workspace,
                       const Graph& graph,
                       const CancelToken& cancel)
    : workspace_(workspace), cancel_(cancel), outs_(workspace::list_data_sets(workspace)) {
  for (const auto& instance : graph.instances) {
    for (const auto& out : instance.outs) {
      outs_.push_back(out.path);
    }
  }
  std::sort(outs_.begin(), outs_.end());
  for (const auto& entry : workspace.repository().list_index()) {
    for (auto slash = entry.path.find('/'); slash != std::string::npos;
         slash = entry.path.find('/', slash + 1)) {
      tracked_directories_.insert(entry.path.substr(0, slash));
    }
  }
  seen_ = walk();
}

bool WriteWatch::is_watched(const std::string& directory) {
  return !std::binary_search(outs_.begin(), outs_.end(), directory) &&
         (tracked_directories_.contains(directory) || !is_ignored(directory));
}

bool WriteWatch::is_ignored(const std::string& path) {
  const auto [known, is_new] = ignored_.try_emplace(path);
  if (is_new) {
    known->second = workspace_.repository().is_ignored(path);
  }
  return known->second;
}

std::vector<WalkedFile> WriteWatch::walk() {
  auto files = walk_files(
      workspace_.tree(),
      "",
      [this](const std::string& directory) { return is_watched(directory); },
      cancel_);
  std::erase_if(files, [this](const WalkedFile& file) {
    return std::binary_search(outs_.begin(), outs_.end(), file.path);
  });
  return files;
}

WriteWatch::Writes WriteWatch::look() {
  auto now = walk();
  std::map<std::string_view, const os::FileStat*> before;
  for (const auto& file : seen_) {
    before.emplace(file.path, &file.stat);
  }
  std::vector<std::string> written;
  for (const auto& file : now) {
    const auto known = before.find(file.path);
    const bool is_own = std::any_of(own_.begin(), own_.end(), [&](const std::string& path) {
      return is_same_or_inside(file.path, path);
    });
    const bool is_new = known == before.end() || !(*known->second == file.stat);
    if (is_new && !is_own && written.size() < kMaxReported) {
      written.push_back(file.path);
    }
  }
  const auto ignored =
      std::stable_partition(written.begin(), written.end(), [this](const std::string& path) {
        return !is_ignored(path);
      });
  own_.clear();
  seen_ = std::move(now);
  return {{written.begin(), ignored}, {ignored, written.end()}};
}

}  // namespace mlops::pipeline
