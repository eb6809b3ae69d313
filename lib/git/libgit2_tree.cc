#include "git/libgit2_tree.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "git/libgit2_handle.h"
#include "git/untrusted.h"

namespace mlops::git {

namespace {

/// Deeper than the longest path of any file system.
constexpr std::size_t kMaxTreeDepth = 2048;

class TreeWalk {
 public:
  explicit TreeWalk(git_repository* repository) : repository_(repository) {}

  std::vector<TreeEntry> walk(const git_oid& top, const std::string& prefix) {
    pending_.push_back({prefix, top, 1});
    while (!pending_.empty()) {
      const auto directory = std::move(pending_.back());
      pending_.pop_back();
      visit(directory);
    }
    std::sort(found_.begin(), found_.end(), [](const TreeEntry& a, const TreeEntry& b) {
      return a.path < b.path;
    });
    return std::move(found_);
  }

 private:
  struct Directory {
    std::string prefix;
    git_oid oid;
    std::size_t depth;
  };

  void visit(const Directory& directory) {
    TreePtr tree;
    check_git2(make_git2(tree, git_tree_lookup, repository_, &directory.oid),
               fmt::format("tree '{}' cannot be read", to_oid(directory.oid)));
    for (std::size_t i = 0; i < git_tree_entrycount(tree.get()); ++i) {
      const git_tree_entry* const entry = git_tree_entry_byindex(tree.get(), i);
      auto path = directory.prefix + git_tree_entry_name(entry);
      path_bytes_ += path.size();
      const auto kind = kind_of_entry(entry);
      if (kind == EntryKind::directory) {
        pending_.push_back({path + "/", *git_tree_entry_id(entry), directory.depth + 1});
      } else {
        found_.push_back({std::move(path), kind, to_oid(*git_tree_entry_id(entry))});
      }
      check_bounds(directory.depth);
    }
  }

  void check_bounds(std::size_t depth) const {
    if (found_.size() + pending_.size() > kMaxTreeEntries || path_bytes_ > kMaxListBytes ||
        depth > kMaxTreeDepth) {
      throw Error(ErrorKind::config,
                  fmt::format("tree has more than {} entries or is nested deeper than {} levels",
                              kMaxTreeEntries,
                              kMaxTreeDepth));
    }
  }

  git_repository* repository_;
  std::vector<Directory> pending_;
  std::vector<TreeEntry> found_;
  std::uint64_t path_bytes_ = 0;
};

}  // namespace

EntryKind kind_of_entry(const git_tree_entry* entry) {
  return kind_of_mode(static_cast<std::uint32_t>(git_tree_entry_filemode_raw(entry)));
}

std::vector<TreeEntry> walk_tree(git_repository* repository,
                                 const git_oid& top,
                                 const std::string& prefix) {
  return TreeWalk(repository).walk(top, prefix);
}

}  // namespace mlops::git
