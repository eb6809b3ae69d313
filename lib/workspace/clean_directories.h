#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/cancel.h"
#include "os/beneath.h"
#include "os/pool.h"
#include "workspace/stat_cache.h"

namespace mlops::workspace {

/// Directories of the work tree in which nothing changed since the stat cache saw them: their own
/// stat and that of every file below are as they were. Found with one system call a file: no
/// directory is listed. What ignore rules say is not asked: who uses them knows that none hold.
class CleanDirectories {
 public:
  /// Whether an entry, of a file or of a directory, will do. Called by any threads.
  using Judge = std::function<bool(const store::Entry&)>;

  /// None.
  CleanDirectories() = default;
  /// Those at `relative` and below it. What cannot be looked at is not clean. Uses the pool.
  static CleanDirectories find(const os::Beneath& tree,
                               const StatCache& cache,
                               os::ThreadPool& pool,
                               std::string_view relative,
                               const Judge& judge,
                               const CancelToken& cancel);

  /// What a version has for the directory, without a name; null for one that is not clean.
  const store::Entry* find(std::string_view path) const;

 private:
  std::unordered_map<std::string_view, store::Entry> entries_;  ///< paths lie in the cache
};

}  // namespace mlops::workspace
