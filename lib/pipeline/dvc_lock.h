#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/dvc_stage.h"
#include "store/foreign.h"

namespace mlops::pipeline {

/// A file or directory of a dvc.lock.
struct DvcLockedPath {
  std::string path;  ///< as it stands there: from the stage's wdir
  store::ForeignId id;
};

/// What a dvc.lock says of one stage.
struct DvcLockedStage {
  DvcCommand command;
  std::vector<DvcLockedPath> deps;
  std::vector<DvcLockedPath> outs;
  /// Parameter file, as it stands there, → dotted path → canonical JSON.
  std::map<std::string, std::map<std::string, std::string>> params;
};

/// By name ("train@us"). Another tool's file: keys that mean nothing here are left alone, and what
/// has no MD5 (a version in a cloud) is left out. Error{config} with file and line.
std::map<std::string, DvcLockedStage> parse_dvc_stages(std::string_view text,
                                                       const std::string& file);

}  // namespace mlops::pipeline
