#include "remote/open.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "workspace/workspace.h"

namespace mlops::remote {
namespace {

std::vector<std::string> names_of(const std::vector<NamedRemote>& remotes) {
  std::vector<std::string> names;
  for (const NamedRemote& remote : remotes) {
    names.push_back(remote.name);
  }
  return names;
}

std::string set_value(const config::Settings& settings, const std::string& name) {
  const auto setting = settings.find(name);
  return setting ? setting->value : std::string();
}

}  // namespace

std::vector<NamedRemote> list_remotes(const config::Settings& settings) {
  std::vector<NamedRemote> remotes;
  for (const config::Setting& setting : settings.all()) {
    const config::SettingName name = config::resolve_setting(setting.name);
    if (name.key->name == "remote.*.url" && !setting.value.empty()) {
      const std::string& called = name.segments[1];
      remotes.push_back(
          {called,
           setting.value,
           setting.scope,
           {.endpoint = set_value(settings, fmt::format("remote.{}.endpoint", called)),
            .region = set_value(settings, fmt::format("remote.{}.region", called))}});
    }
  }
  std::sort(remotes.begin(), remotes.end(), [](const NamedRemote& a, const NamedRemote& b) {
    return a.name < b.name;
  });
  return remotes;
}

NamedRemote load_remote(const config::Settings& settings, const std::string& name) {
  const auto remotes = list_remotes(settings);
  const auto found = std::find_if(remotes.begin(), remotes.end(), [&](const NamedRemote& remote) {
    return remote.name == name;
  });
  if (found != remotes.end()) {
    return *found;
  }
  const std::string hint = did_you_mean(name, names_of(remotes));
  throw Error(ErrorKind::config,
              fmt::format("there is no remote {}", quote(name)),
              hint.empty() ? fmt::format("mlops remote add {} <url>", shell_quote(name)) : hint);
}

std::optional<std::string> find_remote_for(const config::Settings& settings,
                                           std::string_view data_set,
                                           const std::optional<std::string>& chosen) {
  if (chosen) {
    return chosen;
  }
  for (const config::Setting& setting : settings.all()) {
    const config::SettingName name = config::resolve_setting(setting.name);
    if (name.key->name == "data.set.*.remote" && name.segments[2] == data_set &&
        !setting.value.empty()) {
      return setting.value;
    }
  }
  if (std::string name = set_value(settings, "data.remote"); !name.empty()) {
    return name;
  }
  const auto remotes = list_remotes(settings);
  if (remotes.size() > 1) {
    throw Error(
        ErrorKind::config,
        fmt::format("there are {} remotes, and no setting says which one to use", remotes.size()),
        fmt::format("mlops config --tracked data.remote {}", shell_quote(remotes.front().name)));
  }
  return remotes.empty() ? std::nullopt : std::optional(remotes.front().name);
}

std::string remote_for(const config::Settings& settings,
                       std::string_view data_set,
                       const std::optional<std::string>& chosen) {
  if (auto name = find_remote_for(settings, data_set, chosen)) {
    return std::move(*name);
  }
  throw Error(ErrorKind::config,
              "there is no remote yet",
              "mlops remote add origin <url>   (such as file:///mnt/team/mlops)");
}

Cache cache_of(const workspace::Workspace& workspace, const NamedRemote& remote) {
  return Cache(workspace.state_directory() / "remotes" / remote.name);
}

void refuse_own_places(const workspace::Workspace& workspace, const Location& location) {
  namespace fs = std::filesystem;
  if (location.kind != Location::Kind::directory) {
    return;
  }
  std::error_code problem;  // of a place that cannot be looked at, opening it tells more
  const fs::path place = fs::weakly_canonical(location.directory, problem);
  for (const fs::path& own :
       {workspace.top(), workspace.state_directory().parent_path(), workspace.store_directory()}) {
    const fs::path relative = place.lexically_relative(fs::weakly_canonical(own, problem));
    if (!relative.empty() && *relative.begin() != "..") {
      throw Error(ErrorKind::config,
                  fmt::format("{} lies in {}: a remote's objects would be among its files",
                              quote(location.directory.string()),
                              own == workspace.top() ? "the work tree" : quote(own.string())),
                  "a remote lies outside of it: on another disk, or on a server");
    }
  }
}

Surroundings surroundings_of(app::Context& context) {
  const app::ProcessEnvironment& environment = context.environment();
  return {.environment = environment.as_list(),
          .search_path = environment.get("PATH"),
          .directory = environment.directory,
          .cancel = &context.cancel()};
}

OpenRemote open_remote(app::Context& context, const NamedRemote& remote) {
  const workspace::Workspace& workspace = context.workspace();
  OpenRemote open;
  open.remote = remote;
  try {
    const Location location = parse_location(remote.url, workspace.top());
    refuse_own_places(workspace, location);
    open.transport = open_transport(location, remote.options, surroundings_of(context));
  } catch (Error& error) {
    error.add_context(fmt::format("remote {}", quote(remote.name)));
    throw;
  }
  open.chain = std::make_unique<Chain>(*open.transport, cache_of(workspace, remote), remote.url);
  return open;
}

}  // namespace mlops::remote
