#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"

namespace mlops::git {

namespace fs = std::filesystem;

/// A git object id in hex: 40 (SHA-1) or 64 (SHA-256) digits.
using Oid = std::string;

enum class EntryKind { file, executable, symlink, directory, submodule };

struct TreeEntry {
  std::string path;  ///< from the top of the tree, raw bytes as git has them
  EntryKind kind = EntryKind::file;
  Oid oid;
};

/// A path that a merge left to the user: what each side has there; nothing: no file.
struct UnmergedPath {
  std::string path;
  std::optional<TreeEntry> base;
  std::optional<TreeEntry> ours;
  std::optional<TreeEntry> theirs;
};

struct Ref {
  std::string name;  ///< full: "refs/tags/model-v1"
  Oid commit;        ///< peeled
};

struct CommitInfo {
  Oid oid;
  std::string subject;
  std::string author;        ///< "Name <mail>"
  std::int64_t time = 0;     ///< of the commit, not the author's; seconds since the epoch
  std::vector<Oid> parents;  ///< as written in the commit, also where a shallow clone ends
};

/// The line of an ignore file that decides about a path.
struct IgnoreRule {
  std::string file;  ///< as git names it: from the work tree's top, or absolute
  std::string line;  ///< its number
  std::string pattern;
};

/// Files whose history is asked for. Paths are from the top of the tree, taken literally.
struct HistoryQuery {
  Oid from;                             ///< and its ancestors
  std::vector<std::string> files{};     ///< exactly these
  std::vector<std::string> below{};     ///< directories: what is below them; "" is the top …
  std::vector<std::string> suffixes{};  ///< … and ends with one of these
};

/// What a repository is like; `doctor` shows it, gc and diff decide by it.
struct Traits {
  bool bare = false;
  bool shallow = false;
  bool partial = false;  ///< has a promisor remote
  bool sparse = false;   ///< sparse checkout is on
  bool linked_work_tree = false;
  bool sha256 = false;
  bool has_commits = false;  ///< HEAD leads to a commit
};

/// One git repository as mlops needs it. Two implementations: libgit2, and git's own plumbing where
/// libgit2 1.5 refuses or errs (SHA-256, partial and shallow clones, extensions, index formats and
/// GIT_CONFIG_* files that it does not know). Objects from it are untrusted input: names and
/// entries are handed on as git has them. Replace refs are not followed. Not thread-safe: one
/// object a thread. Paths relative to the work tree's top use '/' and are raw bytes; object ids
/// that are not hex of the right length are Error{usage}; a missing or broken object is
/// Error{corrupt}.
class Repository {
 public:
  virtual ~Repository() = default;

  virtual const fs::path& work_tree() const = 0;   ///< absolute, no trailing '/'
  virtual const fs::path& git_dir() const = 0;     ///< of this work tree
  virtual const fs::path& common_dir() const = 0;  ///< shared by linked work trees
  virtual Traits traits() const = 0;
  virtual std::string_view implementation() const = 0;  ///< "libgit2" | "git"

  /// A commit by revision syntax (tag, branch, hash, HEAD~2); nothing when it does not exist. Tags
  /// are peeled; a name that is a tag and a branch means the tag, as in git. Error{usage} for a
  /// name that is empty, starts with '-', has control characters or is longer than 4096 bytes, and
  /// for a short hash that fits several objects.
  virtual std::optional<Oid> find_commit(std::string_view revision) const = 0;
  virtual std::optional<std::string> head_branch() const = 0;  ///< short name; nothing if detached
  virtual std::optional<Oid> merge_base(const Oid& a, const Oid& b) const = 0;
  virtual CommitInfo read_commit(const Oid& commit) const = 0;
  /// Refs that lead to commits, sorted by name; dangling symbolic refs are left out.
  virtual std::vector<Ref> list_refs() const = 0;
  /// Full names of at most `most` refs, whatever they lead to, in no order. Reads no object.
  virtual std::vector<std::string> list_ref_names(std::size_t most) const = 0;

  /// The entry at `path` in a commit; nothing when there is none.
  virtual std::optional<TreeEntry> find_entry(const Oid& commit, std::string_view path) const = 0;
  /// Every file, link and submodule below `prefix` ("" for all), sorted by path bytes.
  virtual std::vector<TreeEntry> list_tree(const Oid& commit, std::string_view prefix) const = 0;
  /// Error{config} beyond `max_bytes`; Error{corrupt} when the object is missing (a partial clone's
  /// blob is fetched by git, never by libgit2).
  virtual std::string read_blob(const Oid& blob, std::uint64_t max_bytes) const = 0;

  /// The id that git would give these bytes; nothing is written.
  virtual Oid hash_blob(std::string_view content) const = 0;
  /// Files of the index: path and blob id, sorted; during a conflict a path stands there once for
  /// each of its stages.
  virtual std::vector<TreeEntry> list_index() const = 0;
  /// The paths of the index that have stages, sorted.
  virtual std::vector<UnmergedPath> list_unmerged() const = 0;
  virtual bool is_tracked(std::string_view path) const = 0;  ///< in the index, as file or as parent
  /// Would git ignore it (all ignore files, excludes)? Tracked paths too are judged by the rules.
  /// Both implementations ask git: libgit2 1.5 gets negations in nested ignore files wrong.
  virtual bool is_ignored(std::string_view path) const = 0;
  /// Which of the paths it would ignore, in their order: one question for all of them.
  virtual std::vector<std::string> list_ignored(const std::vector<std::string>& paths) const = 0;
  /// Which rule ignores it (maybe through a directory above); nothing when none does.
  virtual std::optional<IgnoreRule> find_ignore_rule(std::string_view path) const = 0;
  /// `git add` of exactly these files; index lock respected (Error{locked}), ignored ones and
  /// directories are Error{config}. Both implementations run git for it: only git knows every
  /// filter, sparse rule and index format, and whoever has a repository to stage in has git.
  virtual void stage(const std::vector<std::string>& paths) = 0;
  /// In one step of the index: the files as they lie in the work tree instead of what it has of
  /// them, ignored or not, and nothing at `removed`, whatever lies there in the work tree. Errors
  /// as of `stage`.
  virtual void restage(const std::vector<std::string>& added,
                       const std::vector<std::string>& removed) = 0;
  /// The value of a setting of git's ("lfs.storage"); nothing when it is not set.
  virtual std::optional<std::string> find_config(const std::string& key) const = 0;
  /// Paths that differ from HEAD in the index or the work tree, tracked ones only, sorted;
  /// submodules are left out.
  virtual std::vector<std::string> list_changed() const = 0;
  /// Paths that differ between two commits, sorted.
  virtual std::vector<std::string> list_changed_between(const Oid& a, const Oid& b) const = 0;
  /// The commits that `to` has and `from` has not, newest first, at most `most` of them; a shallow
  /// clone ends where it ends. Both implementations run git for it, as for list_history.
  virtual std::vector<Oid> list_commits_between(const Oid& from,
                                                const Oid& to,
                                                std::size_t most) const = 0;
  /// The commits that made such a file what it is, newest first, as `git log -- <path>` finds them:
  /// where a merge has the files of one of its parents, that parent alone is followed. In a shallow
  /// clone the history ends where the clone does. Both implementations run git for it: it reads no
  /// more than it must (commit graph, changed-path filters).
  virtual std::vector<Oid> list_history(const HistoryQuery& query) const = 0;
};

enum class Backend { automatic, libgit2, plumbing };

struct OpenOptions {
  Backend backend = Backend::automatic;  ///< automatic: libgit2, else plumbing
  std::string search_path;               ///< PATH, to find the git executable
  std::vector<std::string> environment;  ///< for git: HOME and such, "NAME=value"
  const CancelToken* cancel = nullptr;   ///< stops git where it is slow; outlives the repository
};

/// The repository that `directory` stands in (upwards, as git discovers it, with its rules for
/// ownership; GIT_DIR and its like are not read). Nothing when there is none; Error{config} for a
/// bare one, one that is unsafe, and one that the asked backend cannot serve. Sets the process-wide
/// search paths of libgit2 from `environment`: open from one thread at a time.
std::unique_ptr<Repository> open_repository(const fs::path& directory, const OpenOptions& options);

/// Version of the git executable ("2.39.5"), or nothing when there is none.
std::optional<std::string> git_version(const OpenOptions& options);

}  // namespace mlops::git
