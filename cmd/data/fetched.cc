#include "data/fetched.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "remote/open.h"
#include "workspace/workspace.h"

namespace mlops::data {
namespace {

/// What the words name inside the data set, relative to it; nothing: all of it.
std::vector<std::string> parts_of(const workspace::Workspace& workspace,
                                  const app::Arguments& arguments,
                                  const NamedRoot& version) {
  std::vector<std::string> parts;
  for (const std::string& word : arguments.words()) {
    const std::string path = workspace.to_relative(word);
    if (path.starts_with(version.path + "/")) {
      parts.push_back(path.substr(version.path.size() + 1));
    } else if (path.empty() || version.path == path || version.path.starts_with(path + "/")) {
      return {};
    }
  }
  return parts;
}

}  // namespace

std::vector<Fetched> fetch_versions(app::Context& context,
                                    const app::Arguments& arguments,
                                    const std::vector<NamedRoot>& versions) {
  workspace::Workspace& workspace = context.workspace();
  std::vector<NamedRoot> missing;
  std::copy_if(
      versions.begin(), versions.end(), std::back_inserter(missing), [&](const NamedRoot& version) {
        return !workspace.store().find_root(version.root);
      });
  if (const auto chosen = arguments.find("remote")) {
    remote::load_remote(workspace.settings(), *chosen);  // also where nothing has to be fetched
  }
  const os::Waiter waiter{context.progress(), context.cancel()};
  std::vector<Fetched> all;
  for (const auto& [name, group] : by_remote(context, arguments, missing)) {
    remote::FetchRequest request;
    for (const NamedRoot& version : group) {
      request.roots.push_back({version.root, parts_of(workspace, arguments, version)});
    }
    request.mode = arguments.has("dry-run") ? remote::FetchRequest::Mode::dry_run
                                            : remote::FetchRequest::Mode::fetch;
    request.rollback =
        arguments.has("accept-rollback") ? remote::Rollback::accept : remote::Rollback::refuse;
    request.pool = &workspace.pool();
    request.waiter = arguments.has("wait") ? &waiter : nullptr;
    const auto open = remote::open_remote(context, remote::load_remote(workspace.settings(), name));
    Fetched fetched{name, open.remote.url, {}, {}};
    fetched.report = remote::fetch(
        *open.chain, workspace.store(), request, context.progress(), context.cancel());
    const auto& absent = fetched.report.absent;
    std::copy_if(group.begin(),
                 group.end(),
                 std::back_inserter(fetched.absent),
                 [&](const NamedRoot& version) {
                   return std::find(absent.begin(), absent.end(), version.root) != absent.end();
                 });
    all.push_back(std::move(fetched));
  }
  context.progress().end();
  return all;
}

void say_fetched(app::Context& context, const std::vector<Fetched>& all, bool is_dry) {
  for (const Fetched& fetched : all) {
    const remote::FetchReport& report = fetched.report;
    if (report.fetched.empty()) {
      continue;
    }
    const std::string amount = is_dry ? "" : fmt::format(" ({})", format_bytes(report.bytes));
    context.say(fmt::format("{} {} from {}{}",
                            is_dry ? "would fetch" : "fetched",
                            plural(report.fetched.size(), "version"),
                            quote(fetched.remote),
                            amount));
  }
}

nlohmann::ordered_json fetched_json(const std::vector<Fetched>& all) {
  auto list = nlohmann::ordered_json::array();
  for (const Fetched& fetched : all) {
    nlohmann::ordered_json entry{{"name", fetched.remote},
                                 {"url", fetched.url},
                                 {"fetched", nlohmann::ordered_json::array()},
                                 {"absent", nlohmann::ordered_json::array()},
                                 {"objects", fetched.report.objects},
                                 {"object_bytes", fetched.report.object_bytes},
                                 {"packs", fetched.report.packs},
                                 {"bytes", fetched.report.bytes}};
    for (const store::ObjectId& root : fetched.report.fetched) {
      entry["fetched"].push_back(store::format_root(root));
    }
    for (const NamedRoot& version : fetched.absent) {
      entry["absent"].push_back(
          {{"path", version.path}, {"root", store::format_root(version.root)}});
    }
    list.push_back(std::move(entry));
  }
  return list;
}

void throw_absent(const std::vector<Fetched>& all) {
  for (const Fetched& fetched : all) {
    if (fetched.absent.empty()) {
      continue;
    }
    const std::size_t more = fetched.absent.size() - 1;
    throw Error(ErrorKind::corrupt,
                fmt::format("remote {} does not have the version of {}{}",
                            quote(fetched.remote),
                            quote(fetched.absent.front().path),
                            more == 0 ? "" : fmt::format(", nor {} more", plural(more, "version"))),
                "whoever added it has it: there, mlops data push");
  }
}

}  // namespace mlops::data
