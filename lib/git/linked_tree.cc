#include "git/linked_tree.h"

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"

namespace mlops::git {

namespace {

constexpr std::uint64_t kMaxListing = 1ULL << 30U;

/// A split index is in more than one file.
void copy_index(const fs::path& from, const fs::path& to) {
  for (const std::string& name : os::list_directory(from)) {
    if (name == "index" || name.starts_with("sharedindex.")) {
      os::remove_file(to / name);
      os::copy_file(from / name, to / name);
    }
  }
}

std::vector<std::string> list_files(const GitCommand& git) {
  const std::string listing =
      git.output({"ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"},
                 {},
                 kMaxListing);
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
    copy_index(beside.git_dir(), common_dir_ / "worktrees" / place.filename());
    files_ = list_files(*git);
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

/// git's entry last: without it nobody would know what the directory is.
void LinkedTree::remove_left(const fs::path& common_dir, const fs::path& place) {
  os::remove_tree(place);
  os::remove_tree(common_dir / "worktrees" / place.filename());
}

}  // namespace mlops::git
