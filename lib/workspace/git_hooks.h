#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "git/clone_config.h"
#include "workspace/data.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// The hooks that bring the data after git has changed the work tree, and the driver that merges
/// pointers and locks: set up for this clone alone, which thereby accepts to run them.
///
/// Hooks that are there stay in force and run first. In a directory of the clone's own, one makes
/// room for ours and keeps its name with kBeforeSuffix. A directory that core.hooksPath names
/// elsewhere, be it tracked, generated or the user's for all repositories, is not touched: the
/// clone gets a directory of its own, whose hooks run those from there.

inline constexpr std::string_view kBeforeSuffix = ".before-mlops";

struct HookChanges {
  std::vector<fs::path> written;  ///< hooks of ours; of remove_hooks, those that went
  std::vector<fs::path> chained;  ///< hooks that were there, where they lie now
  std::string chained_directory;  ///< what core.hooksPath was, if it is chained or was put back
  bool is_config_changed = false;
  std::vector<std::string> staged;  ///< .gitattributes, if it got lines
  std::string stage_problem;        ///< why git would not
  bool is_changed() const;
};

/// `program` is this executable. Running it again changes nothing. Error{conflict} where two hooks
/// of others would have to be kept under one name, or git goes on looking for hooks elsewhere.
HookChanges install_hooks(Workspace& workspace,
                          git::CloneConfig& config,
                          const fs::path& program,
                          Stage stage);
/// Puts back what was there. The lines in .gitattributes stay: other clones share them, and without
/// a driver git merges as text.
HookChanges remove_hooks(Workspace& workspace, git::CloneConfig& config);

}  // namespace mlops::workspace
