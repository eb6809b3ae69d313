#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "os/beneath.h"
#include "os/sandbox.h"
#include "pipeline/graph.h"
#include "pipeline/inputs.h"
#include "pipeline/run.h"
#include "pipeline/walk.h"
#include "workspace/workspace.h"

namespace mlops::pipeline {

/// A private tree for one attempt of an isolated stage: its deps, its program, its persistent outs
/// and its params, and nothing else of the work tree.
///
/// With namespaces the deps are mounted into it read-only, and the stage sees it at the work
/// tree's own path. Where they are not allowed, the deps are copied, and the stage runs in the
/// private tree's path: what it names by an absolute path of the work tree is not held back.
/// An engine that mounts the private tree at the work tree's path needs copies too, but the stage
/// sees the work tree's path. Removed on destruction. Main thread.
class IsolatedView {
 public:
  /// Absolute paths that the stage reads besides its deps; empty: none. What lies in the work tree
  /// is shown. Packages are used where they are, never copied.
  struct Environment {
    std::filesystem::path program;
    std::filesystem::path prefix;  ///< of packages
    bool is_mounted = false;       ///< an engine has directory() at the work tree's path
  };
  /// Error{config} for an out that lies in a dep of its stage; Error{io}.
  IsolatedView(workspace::Workspace& workspace,
               const Instance& instance,
               const std::vector<Input>& inputs,
               Environment environment,
               Isolation isolation,
               const CancelToken& cancel);
  ~IsolatedView();
  IsolatedView(const IsolatedView&) = delete;
  IsolatedView& operator=(const IsolatedView&) = delete;

  /// For the child; null where there are no namespaces.
  const os::Sandbox* sandbox() const { return sandbox_ ? &*sandbox_ : nullptr; }
  const std::filesystem::path& directory() const { return tree_.path(); }
  /// A path of the work tree ("" its top) as the stage sees it.
  std::filesystem::path seen(const std::filesystem::path& relative) const;
  /// Absolute, as the stage sees it; a path outside of the work tree is itself.
  std::filesystem::path seen_program(const std::filesystem::path& program) const;
  /// Writes the stage's params; where it sees them.
  std::filesystem::path write_params(const std::string& json) const;

  /// What the stage wrote, changed or removed besides its outs, sorted. What Python caches of its
  /// modules and what git ignores goes away with the view.
  std::vector<std::string> undeclared_writes(const CancelToken& cancel) const;
  /// The same of paths that are known to be written, where files are copied.
  std::vector<std::string> undeclared_of(const std::vector<std::string>& written) const;
  /// Whether the stage saw this path of the work tree.
  bool shows(const std::string& path) const;
  /// Moves outs into the work tree by rename; their places there are free, but for those of
  /// persistent ones.
  enum class Which { all, persistent };
  void deliver(Which which);

 private:
  void show_environment();
  void add_dep(const std::string& path);
  void add_shared(const std::string& path);
  void add_copy(const std::string& path);
  bool is_out(const std::string& path) const;

  workspace::Workspace& workspace_;
  const Instance& instance_;
  Environment environment_;
  os::Beneath holder_;
  std::string name_;  ///< in the holder
  os::Beneath tree_;
  std::vector<std::string> shown_;  ///< deps and program, none inside another
  std::optional<os::Sandbox> sandbox_;
  std::vector<WalkedFile> before_;
};

/// Removes what killed runs left of their views. Only while no other run is in the tree.
void remove_left_views(const workspace::Workspace& workspace, Progress& progress);

/// What the stage may have wanted: files of the work tree that it did not see and that the end of
/// its log names, by path, by name, or as a Python module in quotes. At most five, sorted.
std::vector<std::string> find_wanted(const std::vector<std::string>& unseen_files,
                                     const std::vector<std::string>& log_end);

}  // namespace mlops::pipeline
