#include "data/versions.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "data/failures.h"
#include "remote/open.h"
#include "workspace/named_versions.h"
#include "workspace/workspace.h"

namespace mlops::data {
namespace {

/// Nothing: the work tree.
using RevisionName = std::optional<std::string>;

std::vector<RevisionName> revisions(app::Context& context, const app::Arguments& arguments) {
  std::vector<std::string> named = arguments.list("rev");
  if (!named.empty() && arguments.has("all-refs")) {
    throw Error(ErrorKind::usage, "--rev and --all-refs exclude each other", "give one of them");
  }
  std::vector<RevisionName> all(named.begin(), named.end());
  if (arguments.has("all-refs")) {
    std::set<git::Oid> commits;
    for (const git::Ref& ref : context.workspace().repository().list_refs()) {
      if (commits.insert(ref.commit).second) {
        all.emplace_back(ref.commit);
      }
    }
  }
  if (named.empty()) {
    all.emplace_back(std::nullopt);
  }
  return all;
}

bool is_at_or_below(std::string_view path, std::string_view directory) {
  return directory.empty() || path == directory ||
         (path.starts_with(directory) && path[directory.size()] == '/');
}

/// Keeps what the paths name; what one of them names nothing of is a mistake.
std::vector<NamedRoot> select(const std::vector<NamedRoot>& versions,
                              const workspace::Workspace& workspace,
                              const std::vector<std::string>& words) {
  if (words.empty()) {
    return versions;
  }
  std::vector<bool> is_kept(versions.size(), false);
  for (const std::string& word : words) {
    const std::string path = workspace.to_relative(word);
    bool is_any = false;
    for (std::size_t i = 0; i < versions.size(); ++i) {
      if (is_at_or_below(versions[i].path, path) || is_at_or_below(path, versions[i].path)) {
        is_kept[i] = true;
        is_any = true;
      }
    }
    if (!is_any) {
      throw Error(ErrorKind::not_found,
                  fmt::format("{} is no data set, nor in one", quote(word)),
                  "mlops data status names them");
    }
  }
  std::vector<NamedRoot> kept;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    if (is_kept[i]) {
      kept.push_back(versions[i]);
    }
  }
  return kept;
}

std::vector<NamedRoot> find_all(app::Context& context,
                                const app::Arguments& arguments,
                                const std::vector<RevisionName>& revisions) {
  workspace::Workspace& workspace = context.workspace();
  std::vector<Error> failures;
  std::vector<NamedRoot> versions;
  std::set<std::pair<std::string, store::ObjectId>> seen;
  for (const RevisionName& revision : revisions) {
    context.cancel().check();
    workspace::NamedVersions named(workspace, failures);
    named.open(revision);
    named.name_all();
    for (const auto& [path, version] : named.named()) {
      // What another tool names, and was never taken over, has no root.
      if (!version.root.is_zero() && seen.emplace(path, version.root).second) {
        versions.push_back({path, version.root});
      }
    }
  }
  throw_gravest(failures);
  std::sort(versions.begin(), versions.end(), [](const NamedRoot& a, const NamedRoot& b) {
    return std::pair(a.path, a.root) < std::pair(b.path, b.root);
  });
  return select(versions, workspace, arguments.words());
}

}  // namespace

std::vector<NamedRoot> find_versions(app::Context& context, const app::Arguments& arguments) {
  return find_all(context, arguments, revisions(context, arguments));
}

std::vector<NamedRoot> find_versions_of(app::Context& context,
                                        const app::Arguments& arguments,
                                        const std::vector<std::string>& revisions) {
  return find_all(context, arguments, {revisions.begin(), revisions.end()});
}

std::map<std::string, std::vector<NamedRoot>> by_remote(app::Context& context,
                                                        const app::Arguments& arguments,
                                                        const std::vector<NamedRoot>& versions) {
  std::map<std::string, std::vector<NamedRoot>> groups;
  for (const NamedRoot& version : versions) {
    groups[remote::remote_for(
               context.workspace().settings(), version.path, arguments.find("remote"))]
        .push_back(version);
  }
  return groups;
}

std::vector<app::Flag> transfer_flags() {
  return {{.name = "remote",
           .value = "<name>",
           .help = "this remote, whatever the settings say",
           .complete = app::Complete::remote},
          {.name = "all-refs", .help = "what any branch or tag names, and the work tree"},
          {.name = "accept-rollback",
           .help = "believe a remote that lacks what this clone has seen there"},
          app::flags::dry_run(),
          app::flags::wait(),
          app::flags::jobs(),
          app::flags::json()};
}

}  // namespace mlops::data
