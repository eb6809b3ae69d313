#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "git/repository.h"
#include "store/tree.h"
#include "workspace/lock_file.h"
#include "workspace/pointer.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// The files of one model version: of a git revision, or of the work tree. A path is looked for as
/// git-tracked file, then in the data set whose pointer covers it, then among the outs of the
/// pipelines' locks. Nothing is checked out. Pointers and locks are read once and kept. Where
/// convert took versions over from another tool, the pointers and locks of that tool in a git
/// revision count as well, those of ours before them.
class Revision {
 public:
  /// Error{not_found} with a hint (git fetch in a shallow clone). Nothing: the work tree.
  /// `lock_files`: where outs are looked for, relative to the top; they need not exist.
  static Revision open(Workspace& workspace,
                       const std::optional<std::string>& name,
                       std::vector<std::string> lock_files = {"pipeline.lock"});

  /// What a run left: its outs, before all other files of `name`'s; those are of `commit`, or of
  /// the work tree where nothing says what was committed.
  struct Run {
    std::string name;
    std::optional<git::Oid> commit;
    std::vector<LockedOut> outs;
    std::vector<std::string> unkept;  ///< outs of which nothing was stored: absent
  };
  /// Error{not_found} when git has the commit no more.
  static Revision of_run(Workspace& workspace, Run run, std::vector<std::string> lock_files);

  const std::string& name() const;  ///< "model-v1", "work tree", "run:20261128-101500-k3f9"
  const git::Oid& commit() const;   ///< empty for the work tree

  enum class Origin { absent, git, data_set, pipeline_out, work_tree };
  struct Located {
    Origin origin = Origin::absent;
    git::Oid blob;       ///< git
    store::Entry entry;  ///< data_set, pipeline_out
  };
  /// An out of the run is found first; of the work tree, a regular file that lies there.
  /// Error{config} for a broken pointer or lock on the way, Error{corrupt} when the store lacks the
  /// version.
  Located locate(std::string_view path) const;
  /// What a data set of this version, or else an out of its locks, holds at `path`.
  std::optional<store::Entry> find_data(std::string_view path) const;
  /// The pointer of exactly this data set; nothing when there is none. Error{config}.
  std::optional<Pointer> find_pointer(std::string_view data_set) const;
  /// The content that this version's pointer of `data_set` names. Error{corrupt}, Error{config} for
  /// a pointer_problem.
  store::Entry load(std::string_view data_set, const Pointer& pointer) const;
  /// A tracked text file (pipeline.toml, safeguards.toml); nothing when absent.
  std::optional<std::string> read_text(std::string_view path, std::uint64_t max_bytes) const;
  /// The bytes of a located file, verified, in pieces. Error{not_found} when absent; Error{corrupt}
  /// when the store lacks it.
  void read(std::string_view path,
            const std::function<void(std::span<const std::uint8_t>)>& sink) const;
  /// The data sets that a file of the git revision is the pointer of; none for other files.
  /// Error{config}.
  std::vector<std::pair<std::string, Pointer>> read_pointers(std::string_view file) const;
  /// Pointers of this version: data set path → root. Sorted. Error{config} for a broken one.
  std::vector<std::pair<std::string, store::ObjectId>> list_roots() const;
  std::vector<std::pair<std::string, Pointer>> list_pointers() const;
  /// Files of another tool that name nothing, as they are broken, among those read so far: what is
  /// wrong. Asking for a data set that is called after one is Error{config}.
  std::vector<std::string> problems() const;
  /// Outs of all its locks, sorted by path.
  std::vector<LockedOut> list_outs() const;

 private:
  struct State;
  explicit Revision(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace mlops::workspace
