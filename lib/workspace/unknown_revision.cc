#include "workspace/unknown_revision.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "base/suggest.h"
#include "base/text.h"

namespace mlops::workspace {
namespace {

/// A repository may have refs without end: those after this many are not looked at.
constexpr std::size_t kMostRefs = 20'000;

/// Names as people type them; of two that are as close, a tag is the likelier one.
std::vector<std::string> typed_names(const git::Repository& repository) {
  const std::vector<std::string> refs = repository.list_ref_names(kMostRefs);
  std::vector<std::string> names;
  for (const std::string_view prefix : {"refs/tags/", "refs/heads/", "refs/remotes/"}) {
    for (const std::string& ref : refs) {
      if (ref.starts_with(prefix)) {
        names.push_back(ref.substr(prefix.size()));
      }
    }
  }
  names.emplace_back("HEAD");
  return names;
}

/// "did you mean 'model-v1~2'?" for "modle-v1~2"; empty where the slip is not in the name.
std::string likely_name(const git::Repository& repository, const std::string& typed) {
  const std::size_t end = std::min(typed.find_first_of("~^@:"), typed.size());
  const std::string name = typed.substr(0, end);
  const std::vector<std::string> names = typed_names(repository);
  if (std::find(names.begin(), names.end(), name) != names.end()) {
    return {};
  }
  const auto meant = suggest(name, names);
  return meant ? fmt::format("did you mean {}? (git tag --list shows all)",
                             quote(*meant + typed.substr(end)))
               : std::string();
}

/// A path may be anything; what git could not mean is none.
bool is_revision(const Workspace& workspace, const std::string& word) {
  try {
    return workspace.repository().find_commit(word).has_value();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::usage) {
      throw;
    }
    return false;
  }
}

}  // namespace

Error unknown_revision(const Workspace& workspace, const std::string& name) {
  const git::Traits traits = workspace.repository().traits();
  std::error_code unseen;  // a name that is too long, a closed directory: no file to speak of
  const auto found = fs::symlink_status(workspace.directory() / name, unseen);
  if (!unseen && fs::exists(found)) {
    const bool directory = fs::is_directory(found);
    return {
        ErrorKind::not_found,
        fmt::format(
            "{} is a {} here, not a git revision", quote(name), directory ? "directory" : "file"),
        "a revision is a commit, a branch or a tag: git tag --list; git branch --all"};
  }
  std::string hint = likely_name(workspace.repository(), name);
  if (!traits.has_commits) {
    hint = "git commit: this repository has no commits yet";
  } else if (traits.shallow) {
    hint += (hint.empty() ? "" : " or: ") +
            std::string("git fetch --unshallow --tags: this clone is shallow");
  } else if (hint.empty()) {
    hint = "git tag --list; git branch --all";
  }
  return {ErrorKind::not_found, fmt::format("unknown revision {}", quote(name)), std::move(hint)};
}

Error unknown_data_set(const Workspace& workspace,
                       std::string_view path,
                       std::string_view version_name,
                       std::string_view verb,
                       std::string next) {
  const std::string typed = workspace.to_display(path);
  const bool is_a_revision = is_revision(workspace, typed);
  return {ErrorKind::not_found,
          fmt::format("{} is no data set and not in one ({}){}",
                      quote(typed),
                      version_name,
                      is_a_revision ? ", but a git revision" : ""),
          is_a_revision ? fmt::format("mlops {} --rev {}", verb, shell_join({typed}))
                        : std::move(next)};
}

}  // namespace mlops::workspace
