#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/cache_entry.h"
#include "pipeline/graph.h"
#include "workspace/lock_file.h"
#include "workspace/workspace.h"

namespace mlops::pipeline {

/// `pipeline.lock` of one run: read once, written in one step by each `save` that finds a change.
/// Instances that the pipeline no longer has leave it with the first one recorded. Where all that a
/// run finds is what the lock says, text is compared with text, and nothing is parsed.
class LockUpdater {
 public:
  /// `graph` stays the caller's.
  LockUpdater(workspace::Workspace& workspace, const Pipeline& pipeline, const Graph& graph);

  /// Parses the lock; what is about to change it does so early. Error{config} when it cannot be
  /// read, then or by the first `save`.
  void load();
  /// Records what a finished instance used and made. Deps that git does not track become roots of
  /// the store if they are none yet.
  void record(const Instance& instance,
              const std::vector<Input>& inputs,
              const CacheEntry& entry,
              Progress& progress,
              const CancelToken& cancel);
  /// Writes what was recorded since; false when that changed nothing.
  bool save();
  const std::string& file() const { return file_; }
  /// What `save` would write. Error{config} as of `load`.
  std::string text();

 private:
  /// Stage and matrix.
  using Place = std::pair<std::string, std::map<std::string, std::string>>;
  workspace::LockedDep lock_dep(const Input& input, Progress& progress, const CancelToken& cancel);
  std::optional<store::ObjectId> find_made(const store::Entry& entry) const;
  void apply(workspace::LockedInstance locked);
  bool says_what_is_pending();

  workspace::Workspace& workspace_;
  const Graph& graph_;
  std::string file_;
  std::optional<std::string> text_;  ///< as the run found it
  bool is_loaded_ = false;
  std::vector<workspace::LockedInstance> pending_;  ///< recorded before it was loaded
  std::map<std::pair<store::EntryKind, store::ObjectId>, store::ObjectId>
      made_;  ///< content → root
  workspace::Lock lock_;
  std::map<Place, std::size_t> places_;  ///< of lock_'s instances
  bool has_gone_ = false;                ///< instances left it since it was read
  bool is_changed_ = false;              ///< since it was written
};

}  // namespace mlops::pipeline
