#include "workspace/target_tree.h"

#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

/// Smaller trees are simply read.
constexpr std::size_t kCountAfter = 8192;

class Loader {
 public:
  Loader(const store::Store& store, GitFiles git_files, const CancelToken& cancel)
      : store_(store), git_files_(git_files), cancel_(cancel) {}

  TargetTree run(std::string_view path, const store::Entry& top) {
    check_path(path, "data path");
    tree_.top = top;
    tree_.top.name.clear();
    check_entry(std::string(path), leaf_of(path));
    if (top.kind == store::EntryKind::directory) {
      tree_.directories.push_back({std::string(path), {}});
      claims_.push_back(top);
    }
    for (std::size_t d = 0; d < tree_.directories.size(); ++d) {
      cancel_.check();
      load_directory(d);
    }
    if (!problems_.empty()) {
      fail_problems(fmt::format("the tree of {} cannot be checked out", quote(path)),
                    std::move(problems_),
                    {});
    }
    return std::move(tree_);
  }

 private:
  void load_directory(std::size_t d) {
    store::Node node = store_.read_node(claims_[d].id);
    entries_ += node.entries.size();
    if (entries_ > kCountAfter && !is_counted_) {
      count_entries();
      is_counted_ = true;
    }
    const std::string path = tree_.directories[d].path;
    check_claim(path, claims_[d], node);
    for (store::Entry& entry : node.entries) {
      std::string below = join_path(path, entry.name);
      check_entry(below, entry.name);
      TargetEntry target{std::move(entry), static_cast<std::size_t>(-1)};
      if (target.entry.kind == store::EntryKind::directory) {
        target.directory = tree_.directories.size();
        tree_.directories.push_back({std::move(below), {}});
        claims_.push_back(target.entry);
      }
      tree_.directories[d].entries.push_back(std::move(target));
    }
  }

  /// Refuses what is too large without unfolding it: level by level, each directory once with the
  /// number of places where it stands.
  void count_entries() const {
    std::map<store::ObjectId, std::uint64_t> level = {{claims_[0].id, 1}};
    std::uint64_t total = 0;
    while (!level.empty()) {
      std::map<store::ObjectId, std::uint64_t> next;
      for (const auto& [id, places] : level) {
        cancel_.check();
        const store::Node node = store_.read_node(id);
        // Both factors are below 2^32: places were counted in the total before.
        total += places * node.entries.size();
        if (total > kMaxTreeEntries) {
          throw Error(ErrorKind::config,
                      fmt::format("{} holds more than {} files and directories",
                                  quote(tree_.directories[0].path),
                                  kMaxTreeEntries),
                      "split it: each directory in it can be a data set");
        }
        for (const store::Entry& entry : node.entries) {
          if (entry.kind == store::EntryKind::directory) {
            next[entry.id] += places;
          }
        }
      }
      level = std::move(next);
    }
  }

  void check_entry(const std::string& path, std::string_view name) {
    // What the store read has good names already; a root's own path comes from git.
    if (const std::string_view problem = store::name_problem(name); !problem.empty()) {
      problems_.push_back({path, std::string(problem)});
    } else if (path.size() > kMaxPathBytes) {
      problems_.push_back({path, fmt::format("path is longer than {} bytes", kMaxPathBytes)});
    } else if (git_files_ == GitFiles::refuse && store::is_git_settings_name(name)) {
      problems_.push_back({path, "would change what git does here"});
    }
  }

  const store::Store& store_;
  GitFiles git_files_;
  const CancelToken& cancel_;
  TargetTree tree_;
  std::vector<store::Entry> claims_;  ///< what the parent says of each directory
  std::size_t entries_ = 0;
  bool is_counted_ = false;
  std::vector<PathProblem> problems_;
};

std::string nearest_directory(const os::Beneath& tree, std::string path) {
  while (!path.empty()) {
    const auto stat = tree.lstat(path);
    if (stat && stat->kind == os::FileKind::directory) {
      break;
    }
    path = std::string(parent_of(path));
  }
  return path;
}

}  // namespace

void check_claim(std::string_view path, const store::Entry& claim, const store::Node& node) {
  // The store refuses sums beyond 2^63 within a node, so these cannot wrap.
  std::uint64_t size = 0;
  std::uint64_t files = 0;
  for (const store::Entry& entry : node.entries) {
    size += entry.size;
    files += entry.files;
  }
  if (size != claim.size || files != claim.files) {
    throw Error(ErrorKind::corrupt,
                fmt::format("directory {} holds {} files of {} bytes, but its parent says {} of {}",
                            quote(path),
                            files,
                            size,
                            claim.files,
                            claim.size),
                "mlops data fsck");
  }
}

TargetTree load_target(const store::Store& store,
                       std::string_view path,
                       const store::Entry& top,
                       GitFiles git_files,
                       const CancelToken& cancel) {
  return Loader(store, git_files, cancel).run(path, top);
}

std::vector<PathProblem> find_clashes(const TargetTree& target,
                                      const os::Beneath& tree,
                                      NameFolding& folding,
                                      const CancelToken& cancel) {
  if (target.directories.empty()) {
    return {};
  }
  const std::string base = nearest_directory(tree, target.directories[0].path);
  std::vector<PathProblem> clashes;
  if (!folding.folds(tree, base)) {
    return clashes;
  }
  for (const TargetDirectory& directory : target.directories) {
    cancel.check();
    std::vector<std::string> names;
    for (const TargetEntry& entry : directory.entries) {
      names.push_back(entry.entry.name);
    }
    if (const auto clash = folding.find_clash(tree, base, names)) {
      clashes.push_back({join_path(directory.path, clash->first),
                         fmt::format("is here the same as {}", quote(clash->second))});
    }
  }
  return clashes;
}

}  // namespace mlops::workspace
