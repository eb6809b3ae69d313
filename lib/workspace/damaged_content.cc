#include "workspace/damaged_content.h"

#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "workspace/data_sets.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

/// The data set that holds the path; "" for what is none's, as an out.
std::string data_set_holding(const Workspace& workspace, std::string_view path) {
  if (workspace.tree().lstat(pointer_path(path))) {
    return std::string(path);
  }
  for (const std::string_view ancestor : ancestors_of(path)) {
    if (workspace.tree().lstat(pointer_path(ancestor))) {
      return std::string(ancestor);
    }
  }
  return {};
}

}  // namespace

std::string step_for_damaged(const Workspace& workspace, std::string_view path) {
  const std::string data_set = data_set_holding(workspace, path);
  const std::string repair = shell_join({"mlops", "data", "fsck", "--repair"});
  if (data_set.empty()) {
    return repair + "   (looks for good copies)";
  }
  return fmt::format("put {} back as it was, then: {} && {}",
                     quote(workspace.to_display(path)),
                     shell_join({"mlops", "data", "add", "--", workspace.to_display(data_set)}),
                     repair);
}

Error name_damaged(const Workspace& workspace, const Error& error, std::string_view path) {
  Error named(error.kind(), error.message(), step_for_damaged(workspace, path));
  for (const std::string& line : error.context()) {
    named.add_context(line);
  }
  named.add_context("it is content of " + quote(workspace.to_display(path)));
  return named;
}

}  // namespace mlops::workspace
