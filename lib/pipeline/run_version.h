#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workspace/revision.h"

namespace mlops::pipeline {

/// Whether a word names the version that a run left: "run:ID", "run:" and the beginning of an id,
/// or
/// "@last".
bool names_run(std::string_view word);

/// The version that a word names: a run of this clone, else a git revision; nothing: the work tree.
/// Of a run on uncommitted changes, files that are no outs are those of the work tree: they are
/// kept nowhere. Error{not_found}, Error{usage}, Error{config} for a record that cannot be read.
workspace::Revision open_version(workspace::Workspace& workspace,
                                 const std::optional<std::string>& word,
                                 const std::vector<std::string>& lock_files = {"pipeline.lock"});

/// Whether the run that a word names read other parameter files than its pipeline names.
bool used_other_params(workspace::Workspace& workspace, const std::string& word);
/// What the run that a word names was told by --set; empty for other versions.
std::vector<std::string> assignments_of(workspace::Workspace& workspace,
                                        const std::optional<std::string>& word);

}  // namespace mlops::pipeline
