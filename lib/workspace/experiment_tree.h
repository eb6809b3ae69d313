#pragma once

#include <memory>
#include <string>
#include <vector>

#include "git/linked_tree.h"
#include "os/lock.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// A work tree of its own for one experiment: the code of another one as it is now, committed or
/// not, without its data. It has the state directory and the store of that one, so that what is
/// made in it is found by its root. Goes away with its owner; what a killed one left goes with the
/// next. Main thread.
class ExperimentTree {
 public:
  /// `name`: of the run, a plain file name. `also`: files or directories that git ignores, and that
  /// are wanted; absent ones are left out. Error{config} without a commit, Error{io},
  /// Error{interrupted}.
  ExperimentTree(Workspace& origin,
                 const OpenOptions& options,
                 const std::string& name,
                 const std::vector<std::string>& also,
                 const os::Waiter& waiter);
  ~ExperimentTree();
  ExperimentTree(const ExperimentTree&) = delete;
  ExperimentTree& operator=(const ExperimentTree&) = delete;

  Workspace& workspace() { return *workspace_; }

 private:
  /// Others see by it that this one is at work. Its file goes with it.
  struct HeldName {
    fs::path file;
    os::FileLock lock;
    ~HeldName();
  };
  static HeldName take_name(Workspace& origin, const std::string& name, Progress& progress);

  HeldName name_;
  std::unique_ptr<git::LinkedTree> tree_;
  std::unique_ptr<Workspace> workspace_;
};

}  // namespace mlops::workspace
