#include "git/looked_at.h"

#include <set>
#include <string_view>

#include "os/sightings.h"

namespace mlops::git {

namespace {

using os::sightings::note;

/// The directory where files of this level are looked for; empty: nowhere.
fs::path search_path(git_config_level_t level) {
  GitBuffer path;
  check_git2(git_libgit2_opts(GIT_OPT_GET_SEARCH_PATH, static_cast<int>(level), path.get()),
             "git's search path cannot be read");
  return path.str();
}

void note_in(git_config_level_t level, std::string_view name) {
  if (const auto directory = search_path(level); !directory.empty()) {
    note(directory / name);
  }
}

void note_files_of_user(const std::optional<GitCommand>& git) {
  note_in(GIT_CONFIG_LEVEL_GLOBAL, ".gitconfig");
  note_in(GIT_CONFIG_LEVEL_XDG, "config");
  note_in(GIT_CONFIG_LEVEL_SYSTEM, "gitconfig");
  if (git) {
    // Where a git that was not installed by the system has its own.
    note(git->executable().parent_path().parent_path() / "etc" / "gitconfig");
  }
}

ConfigPtr load_config(git_repository* repository) {
  ConfigPtr config;
  check_git2(make_git2(config, git_repository_config_snapshot, repository),
             "git's configuration cannot be read");
  return config;
}

}  // namespace

void note_settings(git_repository* repository, const std::optional<GitCommand>& git) {
  note_files_of_user(git);
  note(fs::path(git_repository_commondir(repository)) / "config");
  note(fs::path(git_repository_path(repository)) / "config.worktree");
  const auto lose_includes = [](const git_config_entry* entry, void*) {
    const std::string_view name = entry->name;
    if (name.starts_with("include.") || name.starts_with("includeif.")) {
      os::sightings::lose("git's configuration includes other files");
    }
    return 0;
  };
  check_git2(git_config_foreach(load_config(repository).get(), lose_includes, nullptr),
             "git's configuration cannot be read");
}

void note_head(git_repository* repository) {
  const fs::path common_dir = git_repository_commondir(repository);
  note(fs::path(git_repository_path(repository)) / "HEAD");
  note(common_dir / "packed-refs");
  ReferencePtr head;
  check_git2(make_git2(head, git_reference_lookup, repository, "HEAD"), "HEAD cannot be read");
  if (const char* const target = git_reference_symbolic_target(head.get()); target != nullptr) {
    note(common_dir / target);
  }
}

void note_ignore_files(git_repository* repository,
                       const GitCommand& git,
                       const std::vector<std::string>& paths) {
  note_settings(repository, git);
  const fs::path common_dir = git_repository_commondir(repository);
  note(common_dir / "info" / "exclude");
  note_in(GIT_CONFIG_LEVEL_XDG, "ignore");
  GitBuffer excludes;
  const int code =
      git_config_get_path(excludes.get(), load_config(repository).get(), "core.excludesfile");
  if (code != GIT_ENOTFOUND) {
    check_git2(code, "git's configuration cannot be read");
    note(fs::path(git_repository_workdir(repository)) / excludes.str());
  }
  std::set<std::string> directories{""};
  for (const auto& path : paths) {
    for (auto slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      directories.insert(path.substr(0, slash + 1));
    }
  }
  for (const auto& directory : directories) {
    note(git_repository_workdir(repository) + directory + ".gitignore");
  }
}

}  // namespace mlops::git
