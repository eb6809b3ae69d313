#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "workspace/workspace.h"

namespace mlops::pipeline {

/// Why the outs of a model version are not those of its own files: the lock of a git revision (or,
/// for nothing, of the work tree) is held against the pipeline, the params, the tracked files and
/// the pointers of the same version, from the stage that makes `path` upwards. Nothing is run,
/// checked out or hashed but small tracked files. What it cannot see: what no lock speaks of, new
/// files that match a glob, and tools that changed.
///
/// Path → reason, for those of `paths` that some stage makes and that are stale. Error{config} when
/// that version's pipeline or lock cannot be read.
std::map<std::string, std::string> find_stale_outs(workspace::Workspace& workspace,
                                                   const std::optional<std::string>& revision,
                                                   const std::string& pipeline_file,
                                                   const std::vector<std::string>& paths);

}  // namespace mlops::pipeline
