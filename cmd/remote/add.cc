#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "remote/open.h"
#include "remote/probe.h"
#include "remote/probe_view.h"
#include "remote/verbs.h"
#include "top/settings_file.h"
#include "workspace/workspace.h"

namespace mlops::remote {
namespace {

namespace fs = std::filesystem;

void check_name(const config::Settings& settings, const std::string& name) {
  config::resolve_setting(fmt::format("remote.{}.url", name));
  for (const NamedRemote& remote : list_remotes(settings)) {
    if (remote.name == name) {
      throw Error(ErrorKind::conflict,
                  fmt::format("there is a remote {} already: {}", quote(name), quote(remote.url)),
                  fmt::format("mlops remote remove {}", shell_quote(name)));
    }
  }
}

/// A path is kept as an absolute one: whoever typed it stood where he stood.
std::string url_to_keep(app::Context& context, const std::string& url) {
  const workspace::Workspace& workspace = context.workspace();
  const Location location = parse_location(url, workspace.directory());
  if (location.kind == Location::Kind::not_built) {
    open_transport(location, {}, surroundings_of(context));  // says so
  }
  refuse_own_places(workspace, location);
  return location.scheme.empty() ? location.directory.string() : url;
}

/// Only the last directory is made: when its parent is missing too, a disk may not be mounted. One
/// of another machine is made there.
void make_directory(const Location& location) {
  const fs::path& directory = location.directory;
  if (location.kind != Location::Kind::directory || os::lstat_file(directory / ".")) {
    return;
  }
  if (!os::lstat_file(directory.parent_path() / ".")) {
    throw Error(ErrorKind::not_found,
                quote(directory.parent_path().string()) + " does not exist",
                "is its disk mounted? if it shall be made: " +
                    shell_join({"mkdir", "-p", "--", directory.string()}));
  }
  os::make_directories(directory, os::Durability::durable);
}

/// Whether git was told of the tracked file; never a reason to fail.
std::string stage(workspace::Workspace& workspace, const top::SettingsFile& file) {
  if (file.scope != config::SettingScope::tracked || !workspace.settings().get_bool("data.stage")) {
    return {};
  }
  try {
    workspace.repository().stage({file.name});
    return {};
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config && error.kind() != ErrorKind::locked) {
      throw;
    }
    return error.message();
  }
}

/// What is said of a bucket besides its URL.
RemoteOptions options_of(const app::Arguments& arguments, const Location& location) {
  if (location.kind != Location::Kind::s3 &&
      (arguments.has("endpoint") || arguments.has("region"))) {
    throw Error(ErrorKind::usage,
                "only a bucket has an endpoint or a region",
                "such as s3://acme-ml/churn --region eu-west-3");
  }
  return {.endpoint = arguments.find("endpoint").value_or(""),
          .region = arguments.find("region").value_or("")};
}

app::ExitCode run_add(app::Context& context, const app::Arguments& arguments) {
  workspace::Workspace& workspace = context.workspace();
  const config::Settings& settings = workspace.settings();
  const std::string& name = arguments.words().at(0);
  check_name(settings, name);
  const std::string url = url_to_keep(context, arguments.words().at(1));
  const auto scope =
      arguments.has("clone") ? config::SettingScope::clone : config::SettingScope::tracked;
  const Location location = parse_location(url, workspace.top());
  const RemoteOptions options = options_of(arguments, location);
  make_directory(location);
  std::vector<ProbeResult> results;
  const OpenRemote open = open_remote(context, {name, url, scope, options});
  if (!arguments.has("no-probe")) {
    results = probe(*open.transport, context.progress(), context.cancel());
    context.progress().end();
  }
  if (!is_usable(results)) {
    say_probe(context, results);
    throw Error(ErrorKind::io,
                fmt::format("{} cannot do what a remote must: nothing was added", quote(url)),
                "mlops remote add --no-probe adds it nevertheless");
  }
  const auto file = top::settings_file(context, scope);
  std::vector<top::SettingEdit> edits{{fmt::format("remote.{}.url", name), url}};
  for (const auto& [key, value] :
       {std::pair{"endpoint", options.endpoint}, std::pair{"region", options.region}}) {
    if (!value.empty()) {
      edits.push_back({fmt::format("remote.{}.{}", name, key), value});
    }
  }
  const bool is_default = !find_remote_for(settings, "", std::nullopt);
  if (is_default) {
    edits.push_back({"data.remote", name});
  }
  top::edit_settings(context, file, edits);
  const std::string stage_problem = stage(workspace, file);
  if (context.options().json) {
    nlohmann::ordered_json record{{"version", 1},
                                  {"name", name},
                                  {"url", url},
                                  {"default", is_default},
                                  {"results", probe_json(results)}};
    context.print_json(app::dump(record));
    return app::ExitCode::done;
  }
  say_probe(context, results);
  context.say(fmt::format("added remote {}: {}{}",
                          quote(name),
                          quote(url),
                          is_default ? ", which data goes to by default" : ""));
  if (!stage_problem.empty()) {
    context.progress().warn("not staged: " + stage_problem);
  }
  context.say("next: mlops data push");
  return app::ExitCode::done;
}

}  // namespace

app::Command add_command() {
  return {
      .path = "remote add",
      .summary = "name a place where data goes, after trying what it can do",
      .examples = {{"mlops remote add origin /mnt/team/mlops", "a shared directory, for all"},
                   {"mlops remote add vault ssh://vault.example.org/srv/mlops", "through ssh"},
                   {"mlops remote add origin s3://acme-ml/churn --region eu-west-3", "a bucket"},
                   {"mlops remote add origin https://dav.example.org/team/mlops", "WebDAV"},
                   {"mlops remote add usb file:///media/usb/data --clone", "for this clone"}},
      .arguments = {{"name"}, {"url", app::Argument::Count::one, app::Complete::file}},
      .flags = {{.name = "clone", .help = "for this clone alone, not in git"},
                {.name = "endpoint",
                 .value = "<url>",
                 .help = "where S3 is spoken, if not by AWS: MinIO, Ceph, R2 …"},
                {.name = "region", .value = "<name>", .help = "the region of an S3 bucket"},
                {.name = "no-probe", .help = "do not try what the place can do"},
                app::flags::json()},
      .run = run_add};
}

}  // namespace mlops::remote
