#include "workspace/merge_notes.h"

#include <chrono>

#include "os/clock.h"
#include "os/file.h"

namespace mlops::workspace {

namespace {

constexpr auto kKept = std::chrono::hours(14 * 24);

fs::path directory_of(const fs::path& state_directory) {
  return state_directory / "merges";
}

/// A clock that went back makes nothing old.
bool is_old(const os::FileStat& stat) {
  return os::wall_time_ns() - stat.mtime_ns > std::chrono::nanoseconds(kKept).count();
}

}  // namespace

void note_merge(const Workspace& workspace, const store::ObjectId& root) {
  const fs::path directory = directory_of(workspace.state_directory());
  os::make_directories(directory, os::Durability::durable);
  os::write_file_atomic(directory / root.hex(), "", os::Durability::durable);
  for (const std::string& name : os::list_directory(directory)) {
    const auto stat = os::lstat_file(directory / name);
    if (stat && is_old(*stat)) {
      os::remove_file(directory / name);
    }
  }
}

std::vector<store::ObjectId> list_noted_merges(const fs::path& state_directory) {
  const fs::path directory = directory_of(state_directory);
  std::vector<store::ObjectId> roots;
  if (!os::lstat_file(directory)) {
    return roots;
  }
  for (const std::string& name : os::list_directory(directory)) {
    const auto root = store::ObjectId::parse(name);
    const auto stat = os::lstat_file(directory / name);
    if (root && stat && !is_old(*stat)) {
      roots.push_back(*root);
    }
  }
  return roots;
}

}  // namespace mlops::workspace
