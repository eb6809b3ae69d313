#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "pipeline/graph.h"
#include "pipeline/walk.h"
#include "workspace/workspace.h"

namespace mlops::pipeline {

/// Finds what stages wrote without declaring it: files of the work tree whose size, inode or times
/// changed since the last look, outside of every declared out and of what git ignores. One walk a
/// look, linear in the files outside of outs, data sets and ignored directories. What instances
/// wrote that ran at the same time cannot be told apart: each gets it.
class WriteWatch {
 public:
  WriteWatch(workspace::Workspace& workspace, const Graph& graph, const CancelToken& cancel);
  struct Writes {
    std::vector<std::string> seen;
    std::vector<std::string> ignored;  ///< by git, in directories that are not
  };
  /// New and changed files since construction or the last call, sorted; among the first
  /// kMaxReported, that is: a stage that fills the tree is found out by fewer.
  Writes look();
  /// What mlops itself wrote since the last look (with everything below) is nobody's write.
  void accept(std::string path) { own_.push_back(std::move(path)); }

  static constexpr std::size_t kMaxReported = 100;

 private:
  std::vector<WalkedFile> walk();
  bool is_watched(const std::string& directory);
  bool is_ignored(const std::string& path);

  workspace::Workspace& workspace_;
  const CancelToken& cancel_;
  std::vector<std::string> outs_;  ///< and data sets, sorted
  std::unordered_set<std::string> tracked_directories_;
  std::unordered_map<std::string, bool> ignored_;  ///< git is asked once a path
  std::vector<std::string> own_;
  std::vector<WalkedFile> seen_;
};

}  // namespace mlops::pipeline
