#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "git/git_command.h"
#include "git/object_reader.h"
#include "git/repository.h"

namespace mlops::git {

/// All that a clone holds on to, seen from its common directory: the commits that any ref, reflog
/// (so every stash) or unfinished operation of any of its work trees leads to. Always git's own
/// plumbing: libgit2 sees one work tree at a time. One thread.
class History {
 public:
  /// Error{config} without git, and for a directory that is no clone's or unsafe.
  static History open(const fs::path& common_dir, const OpenOptions& options);

  struct Gap {
    std::string problem;  ///< "it is a shallow clone"
    std::string step;     ///< what mends it
  };
  /// Why history is not all here; nothing when it is.
  std::optional<Gap> find_gap() const;
  struct WorkTree {
    fs::path top;
    fs::path git_dir;
  };
  /// The main work tree, if it can be found from here, and all linked ones, also those that are
  /// gone. A clone made with --separate-git-dir does not say where its main one is.
  struct WorkTrees {
    std::vector<WorkTree> list;
    bool is_main_known = true;  ///< or there is none
  };
  WorkTrees work_trees() const;

  /// Files whose name ends with one of `suffixes` in any commit, path, blob and kind, each once,
  /// sorted; of refs to trees too. A blob that a ref itself leads to has that ref for a path.
  /// Called again: only what came since. Error{corrupt} or Error{config} when a part of history is
  /// missing.
  std::vector<TreeEntry> read_new(const std::vector<std::string>& suffixes);
  /// As Repository::read_blob.
  std::string read_blob(const Oid& blob, std::uint64_t max_bytes);
  /// Nothing when it is larger.
  std::optional<std::string> find_small_blob(const Oid& blob, std::uint64_t max_bytes);

 private:
  explicit History(GitCommand git) : git_(std::move(git)) {}
  std::set<Oid> find_tips() const;
  void read_commits(const std::set<Oid>& tips,
                    const std::vector<std::string>& suffixes,
                    std::vector<TreeEntry>& files);
  void read_other_refs(const std::vector<std::string>& suffixes,
                       std::vector<TreeEntry>& files) const;

  std::uint64_t size_of_blob(const Oid& blob);

  GitCommand git_;
  std::set<Oid> known_tips_;
  std::optional<ObjectReader> objects_;
};

}  // namespace mlops::git
