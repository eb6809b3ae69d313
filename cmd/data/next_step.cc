#include "data/next_step.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "remote/open.h"

namespace mlops::data {
namespace {

using workspace::DataState;
using workspace::DataStatus;

std::string step_for_lost(app::Context& context, const DataStatus& lost) {
  const std::string path = context.workspace().to_display(lost.path);
  if (lost.is_here) {
    return fmt::format("next: {}   (the store lacks its version: this stores what lies here)",
                       escape_for_terminal(shell_join({"mlops", "data", "add", "--", path})));
  }
  if (!remote::list_remotes(context.workspace().settings()).empty()) {
    return "next: mlops data pull";
  }
  return fmt::format(
      "next: mlops config store.path <store>   (of a clone that has {}: no bytes of it are here)",
      quote(path));
}

}  // namespace

std::string next_step(app::Context& context, const std::vector<DataStatus>& all) {
  const auto find_state = [&](DataState state) -> const DataStatus* {
    const auto found = std::find_if(all.begin(), all.end(), [state](const DataStatus& status) {
      return status.state == state;
    });
    return found == all.end() ? nullptr : &*found;
  };
  if (const DataStatus* invalid = find_state(DataState::invalid_pointer)) {
    return "next: " + escape_for_terminal(invalid->hint);
  }
  if (const DataStatus* lost = find_state(DataState::not_in_store)) {
    return step_for_lost(context, *lost);
  }
  if (find_state(DataState::missing) != nullptr) {
    return "next: mlops data checkout";
  }
  if (find_state(DataState::modified) != nullptr) {
    return "next: mlops data add <path>   (keeps your version)";
  }
  return find_state(DataState::other_version) == nullptr
             ? ""
             : "next: mlops data checkout   (the pointers name another version than lies here)";
}

}  // namespace mlops::data
