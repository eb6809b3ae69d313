#include "git/linked_tree.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"

namespace mlops::git {

namespace {

constexpr std::uint64_t kMaxListing = 1ULL << 30U;

constexpr std::uint64_t kMaxPathBytes = 64U << 10U;

/// What git keeps of the linked tree at `place`: it names entries as it likes, and each says where
/// its tree is.
std::optional<fs::path> find_entry(const fs::path& common_dir, const fs::path& place) {
  const fs::path entries = common_dir / "worktrees";
  if (!os::lstat_file(entries)) {
    return std::nullopt;
  }
  // The last part is not followed: it would be another tree's.
  const fs::path wanted = fs::weakly_canonical(place.parent_path()) / place.filename() / ".git";
  for (const std::string& name : os::list_directory(entries)) {
    const auto text = os::read_file_if_exists(entries / name / "gitdir", kMaxPathBytes);
    const fs::path file = text ? fs::path(trim(*text)) : fs::path();
    if (fs::weakly_canonical(file.parent_path().parent_path()) / file.parent_path().filename() /
            file.filename() ==
        wanted) {
      return entries / name;
    }
  }
  return std::nullopt;
}

/// A split index is in more than one file.
void copy_index(const fs::path& from, const fs::path& to) {
  for (const std::string& name : os::list_directory(from)) {
    if (name == "index" || name.starts_with("sharedindex.")) {
      os::remove_file(to / name);
      os::copy_file(from / name, to / name);
    }
  }
}

std::vector<std::string> list_files(const GitCommand& git, const std::vector<std::string>& which) {
  std::vector<std::string> command{"ls-files", "-z", "--others", "--exclude-standard"};
  command.insert(command.end(), which.begin(), which.end());
  const std::string listing = git.output(command, {}, kMaxListing);
  std::vector<std::string> files;
  for (const std::string_view path : split(listing, '\0')) {
    if (!path.empty()) {
      files.emplace_back(path);
    }
  }
  return files;
}

}  // namespace

LinkedTree::LinkedTree(const Repository& beside, const OpenOptions& options, const fs::path& place)
    : common_dir_(beside.common_dir()), place_(place) {
  const auto git = GitCommand::find(options, beside.work_tree());
  if (!git) {
    throw Error(ErrorKind::config, "there is no git in PATH", "apt-get install git");
  }
  if (!beside.traits().has_commits) {
    throw Error(
        ErrorKind::config, "there is no commit yet to make another work tree of", "git commit");
  }
  os::make_directories(place.parent_path());
  try {
    git->output({"-c",
                 "core.hooksPath=/dev/null",
                 "worktree",
                 "add",
                 "--quiet",
                 "--no-checkout",
                 "--detach",
                 place.string(),
                 "HEAD"});
    const auto entry = find_entry(common_dir_, place);
    if (!entry) {
      throw Error(ErrorKind::io, fmt::format("git made no work tree at {}", quote(place.string())));
    }
    copy_index(beside.git_dir(), *entry);
    files_ = list_files(*git, {"--cached", "--deduplicate"});
    ignored_ = list_files(*git, {"--ignored", "--directory"});
  } catch (...) {
    remove_left(common_dir_, place_);
    throw;
  }
}

LinkedTree::~LinkedTree() {
  try {
    remove_left(common_dir_, place_);
  } catch (const Error&) {
    // Whoever made it looks for what is left by its place.
    place_.clear();
  }
}

std::optional<std::string> LinkedTree::remove_left(const fs::path& common_dir,
                                                   const fs::path& place) {
  const auto entry = find_entry(common_dir, place);
  os::remove_tree(place);
  if (!entry) {
    return std::nullopt;
  }
  os::remove_tree(*entry);
  return entry->filename().string();
}

}  // namespace mlops::git
