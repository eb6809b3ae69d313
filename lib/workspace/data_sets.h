#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "workspace/data.h"
#include "workspace/pointer.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// Pointers as they lie in the work tree and in git's index. Paths of data sets are without suffix.

std::string pointer_path(std::string_view data_set);
/// "a/b.csv" for "a/b.csv.mlops"; nothing for what is no pointer's name (".mlops" is our
/// directory).
std::optional<std::string_view> data_set_of(std::string_view file);

/// A pointer file of the work tree, parsed. Nothing when there is none. Error{config}, or
/// Error{conflict} for a link.
std::optional<Pointer> read_pointer(const Workspace& workspace, std::string_view data_set);

struct FoundPointer {
  std::string path;                ///< of the data set
  std::optional<Pointer> pointer;  ///< nothing: see problem
  std::string problem;
  std::string hint;  ///< the step that mends it
};
/// Every pointer that git tracks or that lies in the work tree, sorted by path. Directories that
/// git ignores, data sets and other repositories are not searched.
std::vector<FoundPointer> find_pointers(const Workspace& workspace);

/// Files that may name versions, as they lie in the work tree, tracked or not; searched as for
/// find_pointers, but a directory that cannot be listed is an error.
struct TextFiles {
  std::vector<std::string> pointers;  ///< without suffix
  std::vector<std::string> locks;     ///< whatever ends in ".lock": others have such files too
};
TextFiles find_text_files(const Workspace& workspace);

/// Git's index, read once.
class IndexView {
 public:
  explicit IndexView(const git::Repository& repository);
  bool has_file(std::string_view path) const;
  bool is_unmerged(std::string_view path) const;    ///< a merge left it to the user
  bool has_directory(std::string_view path) const;  ///< some tracked file lies below
  /// The blob of a tracked file; empty when it is not tracked.
  git::Oid blob(std::string_view path) const;
  const std::vector<git::TreeEntry>& entries() const { return entries_; }

 private:
  std::vector<git::TreeEntry> entries_;  ///< sorted by path
  std::unordered_set<std::string> directories_;
};

/// What a command changed beside data sets.
struct ChangedFiles {
  std::vector<std::string> pointers;
  std::vector<std::string> added;    ///< data sets whose line in a .gitignore is new
  std::vector<std::string> removed;  ///< … is gone
};
/// `git add` of the pointers as they lie in the work tree, deleted ones too, and of each .gitignore
/// whose line git does not know of yet. What neither git nor the work tree has is left out. Returns
/// what it staged, sorted.
std::vector<std::string> stage_changes(Workspace& workspace,
                                       const IndexView& index,
                                       const ChangedFiles& changed);

/// The entry at `remainder` ("" for itself) below `top`; nothing when there is none.
/// Error{corrupt}.
std::optional<store::Entry> find_below(const store::Store& store,
                                       const store::Entry& top,
                                       std::string_view remainder);
/// The same where directories come from elsewhere too.
std::optional<store::Entry> find_below(
    const std::function<store::Node(const store::ObjectId&)>& read_node,
    const store::Entry& top,
    std::string_view remainder);
/// The content of a root. Error{corrupt} that names `what` ("data set 'x'") when the store lacks
/// it.
/// `part`: also of a version of which the store has only a part: all its directories, and not all
/// of its files.
enum class Need { whole, part };
store::Entry load_top(const store::Store& store,
                      const store::ObjectId& root,
                      std::string_view what,
                      Need need = Need::whole);
/// What is wrong with a pointer whose root holds `top`: its kind, files and bytes are the root's.
/// Empty when they agree.
std::string pointer_problem(const Pointer& pointer, const store::Entry& top);
/// The content of the version that the pointer of `data_set` names; `file` is the pointer, for
/// messages. Error{corrupt} as above, Error{config} for a pointer_problem.
store::Entry load_version(const store::Store& store,
                          const Pointer& pointer,
                          std::string_view data_set,
                          std::string_view file,
                          Need need = Need::whole);
/// `path` without its ancestor: "a/b/c" in "a" → "b/c".
std::string_view remainder_of(std::string_view path, std::string_view ancestor);

}  // namespace mlops::workspace
