#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/context.h"
#include "config/settings.h"
#include "remote/chain.h"
#include "remote/location.h"

namespace mlops::remote {

/// A remote as the settings have it.
struct NamedRemote {
  std::string name;
  std::string url;
  config::SettingScope scope = config::SettingScope::tracked;
  RemoteOptions options{};
};

/// All of them, sorted by name.
std::vector<NamedRemote> list_remotes(const config::Settings& settings);
/// Error{config} with a suggestion when there is none of that name.
NamedRemote load_remote(const config::Settings& settings, const std::string& name);
/// The name of the remote where a data set goes: `chosen`, or data.set."<path>".remote, or
/// data.remote, or the only one there is. Nothing when no setting says so and there is none.
/// Error{config} when there are several.
std::optional<std::string> find_remote_for(const config::Settings& settings,
                                           std::string_view data_set,
                                           const std::optional<std::string>& chosen);
/// The same; Error{config} with the step to take when there is none.
std::string remote_for(const config::Settings& settings,
                       std::string_view data_set,
                       const std::optional<std::string>& chosen);

Cache cache_of(const workspace::Workspace& workspace, const NamedRemote& remote);

struct OpenRemote {
  NamedRemote remote;
  std::unique_ptr<Transport> transport;
  std::unique_ptr<Chain> chain;
};
/// Error{config} for a directory in the work tree, in git's own or in the store, through whatever
/// links: a setting that came with a git pull sends objects nowhere where they do harm.
void refuse_own_places(const workspace::Workspace& workspace, const Location& location);
/// What opening a remote takes of the command that does it.
Surroundings surroundings_of(app::Context& context);
/// Asks the remote nothing yet. Error{config} for a kind that is not built.
OpenRemote open_remote(app::Context& context, const NamedRemote& remote);

}  // namespace mlops::remote
