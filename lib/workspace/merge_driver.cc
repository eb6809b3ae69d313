#include "workspace/merge_driver.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "os/file.h"
#include "workspace/data_sets.h"
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

/// Whether any file or directory of `a` is in `b`, at the same depth below directories of the same
/// name.
bool shares_content(const store::Store& store, const store::Entry& a, const store::Entry& b) {
  std::vector<std::pair<store::ObjectId, store::ObjectId>> pairs{{a.id, b.id}};
  if (a.id == b.id || a.kind != b.kind || a.kind != store::EntryKind::directory) {
    return a.id == b.id;
  }
  // A directory may stand in many places: each pair is looked at once.
  std::set<std::pair<store::ObjectId, store::ObjectId>> seen;
  for (std::size_t next = 0; next < pairs.size(); ++next) {
    if (!seen.insert(pairs[next]).second) {
      continue;
    }
    std::map<std::string, store::Entry> names;
    std::set<store::ObjectId> ids;
    for (store::Entry& entry : store.read_node(pairs[next].first).entries) {
      ids.insert(entry.id);
      names.emplace(entry.name, std::move(entry));
    }
    for (const store::Entry& entry : store.read_node(pairs[next].second).entries) {
      if (ids.contains(entry.id)) {
        return true;
      }
      const auto same = names.find(entry.name);
      if (same != names.end() && entry.kind == store::EntryKind::directory &&
          same->second.kind == entry.kind) {
        pairs.emplace_back(same->second.id, entry.id);
      }
    }
  }
  return false;
}

std::optional<store::Entry> top_of(Workspace& workspace,
                                   const std::optional<std::string>& text,
                                   const std::string& file) {
  return text ? std::optional(
                    load_top(workspace.store(), parse_pointer(*text, file).root, quote(file)))
              : std::nullopt;
}

/// Git takes a pointer that one side removed and another that the other side added for one file
/// that was renamed, when their few lines are alike: data sets that have nothing in common are two.
bool are_unrelated(Workspace& workspace, const TrackedVersions& versions) {
  const auto base = top_of(workspace, versions.base, versions.file);
  const auto ours = top_of(workspace, versions.ours, versions.file);
  const auto theirs = top_of(workspace, versions.theirs, versions.file);
  return base && base->files > 0 &&
         ((ours && !shares_content(workspace.store(), *base, *ours)) ||
          (theirs && !shares_content(workspace.store(), *base, *theirs)));
}

void replace(const fs::path& file, const std::string& text) {
  os::write_file_atomic(file, text, os::Durability::relaxed);
}

}  // namespace

TrackedVersions mark_conflict(const MergeFiles& files) {
  TrackedVersions versions{files.path,
                           os::read_file(files.base, kMaxLockBytes),
                           os::read_file(files.ours, kMaxLockBytes),
                           os::read_file(files.theirs, kMaxLockBytes)};
  if (versions.base->empty()) {
    versions.base.reset();
  }
  replace(files.ours, conflict_text(versions));
  return versions;
}

PlannedMerge merge_for_git(Workspace& workspace,
                           const MergeFiles& files,
                           const TrackedVersions& versions,
                           Progress& progress,
                           const CancelToken& cancel) {
  PlannedMerge plan = plan_merge(
      workspace, versions, [](std::string_view) { return std::nullopt; }, cancel);
  if (plan.conflicts.empty() && plan.tree && are_unrelated(workspace, versions)) {
    plan.conflicts.push_back({MergeConflict::Kind::both_changed, plan.path});
  }
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
