#include "pipeline/run_removal.h"

#include "os/file.h"
#include "os/lock.h"
#include "pipeline/run_record.h"

namespace mlops::pipeline {

namespace {

namespace fs = std::filesystem;

std::uint64_t size_of(const fs::path& path) {
  const auto stat = os::lstat_file(path);
  if (!stat || stat->kind != os::FileKind::directory) {
    return stat ? stat->size : 0;
  }
  std::uint64_t size = 0;
  for (const auto& name : os::list_directory(path)) {
    size += size_of(path / name);
  }
  return size;
}

}  // namespace

RemovedRuns remove_runs(const fs::path& runs,
                        const RunRemoval& removal,
                        std::int64_t now_ns,
                        const CancelToken& cancel) {
  const RunHistory history(runs);
  const auto ids = history.list();
  RemovedRuns result;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    cancel.check();
    const auto& id = ids[i];
    const auto age = std::chrono::nanoseconds(now_ns - history.begun_ns(id));
    const bool is_beyond = removal.keep && i >= *removal.keep;
    if (!is_beyond && !(removal.older_than && age > *removal.older_than)) {
      continue;
    }
    const bool removes = removal.mode == RunRemoval::Mode::remove;
    // Those of builds that had no lock get one here: nothing of theirs can be at work.
    const auto lock = removes
                          ? os::FileLock::try_acquire(history.lock_of(id), os::LockMode::exclusive)
                          : std::nullopt;
    if (removes ? !lock : history.is_running(id)) {
      result.running.push_back(id);
      continue;
    }
    result.bytes += size_of(history.directory_of(id));
    if (removes) {
      // The record last of all that a reader needs it for: what is left half-way is still listed,
      // and goes the next time.
      os::remove_tree(history.directory_of(id) / "logs");
      os::remove_tree(history.directory_of(id) / "params");
      os::remove_tree(history.directory_of(id));
      os::remove_file(runs.parent_path() / "detached" / (id + ".log"));
    }
    result.removed.push_back(id);
  }
  return result;
}

}  // namespace mlops::pipeline
