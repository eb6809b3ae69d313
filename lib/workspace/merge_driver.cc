#include "workspace/merge_driver.h"

#include <utility>

#include <fmt/format.h>

#include "os/file.h"
#include "workspace/lock_file.h"
#include "workspace/merge_notes.h"

namespace mlops::workspace {

namespace {

std::string with_line_end(std::string text) {
  if (!text.empty() && !text.ends_with('\n')) {
    text += '\n';
  }
  return text;
}

/// No pointer and no lock: whoever commits it by mistake hears so from the next command.
std::string conflict_text(const TrackedVersions& versions) {
  return fmt::format("<<<<<<< ours\n{}=======\n{}>>>>>>> theirs\n",
                     with_line_end(versions.ours.value_or("")),
                     with_line_end(versions.theirs.value_or("")));
}

void replace(const fs::path& file, const std::string& text) {
  os::write_file_atomic(file, text, os::Durability::relaxed);
}

}  // namespace

PlannedMerge merge_for_git(Workspace& workspace,
                           const MergeFiles& files,
                           Progress& progress,
                           const CancelToken& cancel) {
  TrackedVersions versions{files.path,
                           os::read_file(files.base, kMaxLockBytes),
                           os::read_file(files.ours, kMaxLockBytes),
                           os::read_file(files.theirs, kMaxLockBytes)};
  if (versions.base->empty()) {
    versions.base.reset();
  }
  // First: it is what git finds if anything fails from here on.
  replace(files.ours, conflict_text(versions));
  PlannedMerge plan = plan_merge(
      workspace, versions, [](std::string_view) { return std::nullopt; }, cancel);
  if (!plan.conflicts.empty()) {
    return plan;
  }
  const os::Waiter waiter{progress, cancel};
  const auto writer = workspace.store().begin_write(&waiter);
  store_merge(*writer, plan);
  if (plan.pointer && plan.outcome == MergeOutcome::merged) {
    note_merge(workspace, plan.pointer->root);
  }
  replace(files.ours, plan.text);
  return plan;
}

}  // namespace mlops::workspace
