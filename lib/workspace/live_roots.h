#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "git/history.h"
#include "store/store.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// Which versions the clones of a store need: what pointers and pipelines' locks name, in every
/// commit that git holds on to, in every stage of the index and in the files of every work tree;
/// what run records name; what checkouts that did not end were about; what merges made for git; and
/// what the pointers of other tools name in the same places, for the versions that were taken over.
/// Whatever cannot be read for sure ends the search with an error that says what to do. One thread.
class LiveRoots {
 public:
  /// `options` as for a command: their directory is where the user stands. `store`: of these
  /// clones; it outlives this.
  LiveRoots(OpenOptions options, const store::Store& store);
  ~LiveRoots();

  /// Of these clones. Called again it reads what may have changed, and of histories only what is
  /// new; what it found before stays in the result. Error{config} for a clone that is gone, is not
  /// complete, or has a pointer or lock that cannot be read; Error{corrupt} for a broken history.
  std::vector<store::ObjectId> find(const std::vector<store::Clone>& clones,
                                    Progress& progress,
                                    const CancelToken& cancel);

 private:
  struct CloneState;
  CloneState& state_of(const store::Clone& clone);
  void read_clone(const store::Clone& clone, const CancelToken& cancel);
  void add_noted_work_trees(const store::Clone& clone,
                            std::vector<git::History::WorkTree>& trees) const;
  void read_work_tree(const fs::path& top, const store::Clone& clone);
  void read_index(Workspace& workspace);
  void read_history(CloneState& state, const CancelToken& cancel);
  void read_text(std::string_view path, const std::string& text, const std::string& label);
  void read_notes(const fs::path& state_directory);
  void read_runs(const fs::path& runs, const CancelToken& cancel);
  void read_file_of_ours(const fs::path& file);

  std::uint64_t foreign_limit(std::string_view path) const;
  void read_foreign(std::string_view text);

  OpenOptions options_;
  const store::Store& store_;
  std::map<std::string, std::unique_ptr<CloneState>> clones_;  ///< by id
  std::unordered_set<store::ObjectId> roots_;
};

}  // namespace mlops::workspace
