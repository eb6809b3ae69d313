#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "pipeline/inputs.h"
#include "store/foreign.h"
#include "workspace/workspace.h"

namespace mlops::pipeline {

/// Content by the name that DVC gave it: a version that convert took over, or what lies in the work
/// tree and hashes to that name. Main thread.
class DvcContent {
 public:
  DvcContent(workspace::Workspace& workspace, Progress& progress, const CancelToken& cancel);
  /// The content with that name, when `path` has it or the store does; nothing otherwise.
  std::optional<store::Entry> find(const std::string& path, const store::ForeignId& id);

 private:
  bool is_in_tree(const std::string& path, const store::ForeignId& id);
  bool is_file_in_tree(const std::string& path, const store::ForeignId& id);
  std::optional<std::string> md5_of_directory(const std::string& path);
  std::string md5_of_file(const std::string& path);

  workspace::Workspace& workspace_;
  Progress& progress_;
  const CancelToken& cancel_;
  InputReader reader_;
  std::vector<std::uint8_t> buffer_;
  std::map<std::pair<std::string, store::ForeignId>, std::optional<store::Entry>> known_;
};

}  // namespace mlops::pipeline
