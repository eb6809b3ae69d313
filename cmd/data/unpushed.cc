#include "data/unpushed.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "remote/open.h"
#include "workspace/workspace.h"

namespace mlops::data {

struct PushedVersions::Known {
  std::string remote;
  std::optional<remote::State> state;
};

PushedVersions::PushedVersions(app::Context& context) : context_(context) {}
PushedVersions::~PushedVersions() = default;

std::optional<bool> PushedVersions::has(const workspace::DataStatus& status) {
  workspace::Workspace& workspace = context_.workspace();
  if (!status.pointer || remote::list_remotes(workspace.settings()).empty()) {
    return std::nullopt;
  }
  std::optional<std::string> name;
  try {
    name = remote::find_remote_for(workspace.settings(), status.path, std::nullopt);
    if (name) {
      remote::load_remote(workspace.settings(), *name);
    }
  } catch (const Error& error) {
    // Which remote is meant is for push to ask; status says the rest.
    if (error.kind() != ErrorKind::config) {
      throw;
    }
    return std::nullopt;
  }
  if (!name) {
    return std::nullopt;
  }
  auto known = std::find_if(
      known_.begin(), known_.end(), [&](const Known& one) { return one.remote == *name; });
  if (known == known_.end()) {
    const auto remote = remote::load_remote(workspace.settings(), *name);
    known_.push_back(
        {*name, remote::last_seen_state(remote::cache_of(workspace, remote), remote.url)});
    known = known_.end() - 1;
  }
  if (known->state && known->state->roots().contains(status.pointer->root)) {
    return true;
  }
  // Of what this clone does not have it cannot say who has it: a fresh one has asked nobody yet.
  return workspace.store().find_partial_root(status.pointer->root) ? std::optional(false)
                                                                   : std::nullopt;
}

std::string describe_unpushed(app::Context& context,
                              const std::vector<workspace::DataStatus>& all) {
  PushedVersions pushed(context);
  std::vector<std::string> paths;
  for (const workspace::DataStatus& status : all) {
    if (pushed.has(status) == false) {
      paths.push_back(status.path);
    }
  }
  if (paths.empty()) {
    return {};
  }
  return fmt::format("not pushed: {}{}; next: mlops data push",
                     quote(context.workspace().to_display(paths.front())),
                     paths.size() == 1 ? "" : fmt::format(" and {} more", paths.size() - 1));
}

}  // namespace mlops::data
