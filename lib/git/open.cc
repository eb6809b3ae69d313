#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "git/git_command.h"
#include "git/libgit2_handle.h"
#include "git/libgit2_repository.h"
#include "git/plumbing_repository.h"
#include "git/refusal.h"
#include "git/repository.h"
#include "os/file.h"

namespace mlops::git {

namespace {

/// What libgit2 makes of a directory.
struct Attempt {
  enum class Outcome { opened, no_repository, unsafe, unfit };
  Outcome outcome = Outcome::unfit;
  RepositoryPtr repository;
  std::string reason;  ///< why it is unfit, for messages
  fs::path top;        ///< of an unsafe one: what git wants in safe.directory
};

Attempt unfit(std::string reason) {
  return {Attempt::Outcome::unfit, nullptr, std::move(reason), {}};
}

std::string reason_in_environment(const std::vector<std::string>& environment) {
  for (const auto* const name : {"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"}) {
    const auto value = find_variable(environment, name).value_or("");
    if (!value.empty() && value != "/dev/null") {
      return fmt::format("{} names a file", name);
    }
  }
  return {};
}

fs::path common_dir_of(const fs::path& git_dir) {
  constexpr std::uint64_t kMaxPathFile = 1U << 16U;
  const auto text = os::read_file_if_exists(git_dir / "commondir", kMaxPathFile);
  return text ? (git_dir / std::string(trim(*text))).lexically_normal() : git_dir;
}

/// libgit2 1.5 knows no extension, and lacks what partial clones (fetching blobs) and shallow ones
/// (grafted parents) need. Read from the configuration that all work trees share, as git does.
std::string reason_in_repository(const fs::path& common_dir) {
  if (const auto shallow = os::lstat_file(common_dir / "shallow"); shallow && shallow->size > 0) {
    return "it is a shallow clone";
  }
  ConfigPtr config;
  if (make_git2(config, git_config_open_ondisk, (common_dir / "config").c_str()) < 0) {
    return "its config cannot be read: " + last_git2_words();
  }
  std::int32_t version = 0;
  const int code = git_config_get_int32(&version, config.get(), "core.repositoryformatversion");
  if ((code < 0 && code != GIT_ENOTFOUND) || version < 0 || version > 1) {
    return "its format version is unknown";
  }
  std::string reason;
  const auto note = [](const git_config_entry* entry, void* payload) {
    const std::string_view name = entry->name;
    auto& found = *static_cast<std::string*>(payload);
    if (name.starts_with("extensions.") && name != "extensions.noop") {
      found = fmt::format("it uses the extension {}", quote(name.substr(11)));
    } else if (name.starts_with("remote.") && name.ends_with(".promisor")) {
      found = "it is a partial clone";
    }
    return 0;
  };
  // Not git_config_foreach_match: libgit2 1.5 leaks memory for each entry that does not match.
  if (git_config_foreach(config.get(), note, &reason) < 0) {
    return "its config cannot be read: " + last_git2_words();
  }
  return reason;
}

/// An index in a format that libgit2 does not know (split, sparse, without checksum) shows only
/// when it is read.
std::string reason_in_index(git_repository* repository) {
  IndexPtr index;
  return make_git2(index, git_repository_index, repository) < 0
             ? "its index cannot be read: " + last_git2_words()
             : "";
}

Attempt try_libgit2(const fs::path& directory, const OpenOptions& options) {
  if (auto reason = reason_in_environment(options.environment); !reason.empty()) {
    return unfit(std::move(reason));
  }
  GitBuffer git_dir;
  const int found = git_repository_discover(git_dir.get(), directory.c_str(), 0, nullptr);
  if (found == GIT_ENOTFOUND) {
    return {Attempt::Outcome::no_repository, nullptr, {}, {}};
  }
  if (found < 0) {
    return unfit(last_git2_words());
  }
  if (auto reason = reason_in_repository(common_dir_of(git_dir.str())); !reason.empty()) {
    return unfit(std::move(reason));
  }
  Attempt attempt;
  const int code = make_git2(attempt.repository,
                             git_repository_open_ext,
                             directory.c_str(),
                             0U,
                             static_cast<const char*>(nullptr));
  // Without any safe.directory libgit2 1.5.1 says "not found" in place of GIT_EOWNER.
  if (code == GIT_EOWNER ||
      (code < 0 && last_git2_words().find("'safe.directory'") != std::string::npos)) {
    return {Attempt::Outcome::unsafe,
            nullptr,
            "it belongs to another user",
            fs::path(git_dir.str()).parent_path().parent_path()};
  }
  if (code < 0) {
    return unfit(last_git2_words());
  }
  if (auto reason = reason_in_index(attempt.repository.get()); !reason.empty()) {
    return unfit(std::move(reason));
  }
  attempt.outcome = Attempt::Outcome::opened;
  return attempt;
}

void check_work_tree(git_repository* repository, const fs::path& directory) {
  if (git_repository_is_bare(repository) == 1 || git_repository_workdir(repository) == nullptr) {
    refuse_bare(directory);
  }
  const auto here = fs::weakly_canonical(directory).string() + "/";
  if (here.starts_with(git_repository_path(repository))) {
    refuse_inside_git_dir(directory);
  }
}

[[noreturn]] void refuse_attempt(const Attempt& attempt, const fs::path& directory) {
  if (attempt.outcome == Attempt::Outcome::unsafe) {
    refuse_unsafe(attempt.top);
  }
  throw Error(ErrorKind::config,
              fmt::format("libgit2 cannot serve the repository at {}: {}",
                          quote(directory.string()),
                          attempt.reason));
}

}  // namespace

std::unique_ptr<Repository> open_repository(const fs::path& directory, const OpenOptions& options) {
  auto git = GitCommand::find(options, directory);
  if (options.backend == Backend::plumbing) {
    if (!git) {
      refuse_without_git("it was asked for");
    }
    return open_with_plumbing(std::move(*git));
  }
  auto library = std::make_unique<Git2Library>();
  Git2Library::set_search_paths(options.environment);
  auto attempt = try_libgit2(directory, options);
  if (attempt.outcome == Attempt::Outcome::no_repository) {
    return nullptr;
  }
  if (attempt.outcome == Attempt::Outcome::opened) {
    check_work_tree(attempt.repository.get(), directory);
    return make_libgit2_repository(
        std::move(library), std::move(attempt.repository), std::move(git));
  }
  if (options.backend == Backend::libgit2) {
    refuse_attempt(attempt, directory);
  }
  // Where libgit2 hesitates, git decides: about formats, and about whom it trusts.
  if (!git) {
    refuse_without_git(attempt.reason);
  }
  return open_with_plumbing(std::move(*git));
}

std::optional<std::string> git_version(const OpenOptions& options) {
  const auto git = GitCommand::find(options, "/");
  if (!git) {
    return std::nullopt;
  }
  const auto line = git->line({"version"});
  constexpr std::string_view kPrefix = "git version ";
  const auto version = line.starts_with(kPrefix) ? line.substr(kPrefix.size()) : line;
  return version.substr(0, version.find(' '));
}

}  // namespace mlops::git
