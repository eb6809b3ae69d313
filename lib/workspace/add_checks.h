#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workspace/data_sets.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// Refuses paths that cannot become data sets, before anything is stored. Error{usage}, {conflict},
/// {config} or {not_found}, with the command that mends it, as the user would type it where he
/// stands.
void check_addable(const Workspace& workspace,
                   const IndexView& index,
                   const std::vector<std::string>& paths);

/// The same for what another tool has now: nothing need lie there, and git may track the path that
/// is itself that tool's pointer.
struct TakenOverPath {
  std::string path;
  bool is_pointer = false;
};
void check_taken_over(const Workspace& workspace,
                      const IndexView& index,
                      const std::vector<TakenOverPath>& paths);

/// The same for one path at which nothing lies yet, and where `data` shall.
void check_new_place(const Workspace& workspace,
                     const IndexView& index,
                     const std::string& path,
                     const std::optional<os::FileStat>& data);

}  // namespace mlops::workspace
