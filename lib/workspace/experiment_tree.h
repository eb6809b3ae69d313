#pragma once

#include <memory>
#include <string>
#include <vector>

#include "git/linked_tree.h"
#include "os/lock.h"
#include "workspace/experiment_files.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// A work tree of its own for one experiment: the code of another one as it is now, committed or
/// not, with what it needs of the files that git ignores, without its data. It has the state
/// directory and the store of that one, so that what is made in it is found by its root. Goes away
/// with its owner; what a killed one left goes with remove_left_experiments. Main thread.
class ExperimentTree {
 public:
  /// `name`: of the run, a plain file name. `also`: files or directories that are wanted, git
  /// ignores them or not; absent ones are left out. Error{config} without a commit, Error{io},
  /// Error{interrupted}.
  ExperimentTree(Workspace& origin,
                 const OpenOptions& options,
                 const std::string& name,
                 const std::vector<std::string>& also,
                 const IgnoredNeeds& needs,
                 const os::Waiter& waiter);
  ~ExperimentTree();
  ExperimentTree(const ExperimentTree&) = delete;
  ExperimentTree& operator=(const ExperimentTree&) = delete;

  Workspace& workspace() { return *workspace_; }
  /// Files and directories that git ignores, that nobody declares, and that are not here: too
  /// large, or not readable.
  const std::vector<std::string>& left_out() const { return left_out_; }
  /// Directories of the origin that links here lead to; absolute.
  const std::vector<fs::path>& used_in_place() const { return used_in_place_; }

 private:
  /// Others see by it that this one is at work. Its file goes with it.
  struct HeldName {
    fs::path file;
    os::FileLock lock;
    ~HeldName();
  };
  static HeldName take_name(Workspace& origin, const std::string& name, Progress& progress);
  void bring(Workspace& origin,
             const std::vector<std::string>& also,
             const IgnoredNeeds& needs,
             const os::Waiter& waiter);

  HeldName name_;
  std::unique_ptr<git::LinkedTree> tree_;
  std::unique_ptr<Workspace> workspace_;
  std::vector<std::string> left_out_;
  std::vector<fs::path> used_in_place_;
};

/// Experiments of this clone whose process is gone, and whose tree is still there; sorted.
std::vector<std::string> list_left_experiments(const Workspace& workspace);
/// Removes what is left of them, and what is kept for their trees. What does not go is a warning.
/// Error{config} where their directory is something else.
void remove_left_experiments(Workspace& workspace, Progress& progress);

}  // namespace mlops::workspace
