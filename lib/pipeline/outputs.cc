#include "pipeline/outputs.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/walk.h"
#include "workspace/ignore_file.h"
#include "workspace/pointer.h"
#include "workspace/restore.h"
#include "workspace/snapshot.h"

namespace mlops::pipeline {

namespace {

/// Whatever a stage writes is its result: rules of `.mlopsignore` are for what people have.
workspace::SnapshotOptions look_options() {
  workspace::SnapshotOptions options;
  options.ignored = workspace::Ignored::take;
  options.symlinks = workspace::Symlinks::store;
  options.git_files = workspace::GitFiles::allow;
  return options;
}

store::Entry entry_in_tree(workspace::Workspace& workspace,
                           const std::string& path,
                           Progress& progress,
                           const CancelToken& cancel) {
  auto entry = workspace::hash_path(workspace, path, look_options(), progress, cancel).top;
  entry.name.clear();
  return entry;
}

/// The first file at `path` that the store could not give back; nothing when there is none.
std::optional<std::string> find_unknown_file(workspace::Workspace& workspace,
                                             const std::string& path,
                                             Progress& progress,
                                             const CancelToken& cancel) {
  if (!workspace.tree().lstat(path)) {
    return std::nullopt;
  }
  const auto& store = workspace.store();
  if (store.find_root_of(entry_in_tree(workspace, path, progress, cancel))) {
    return std::nullopt;
  }
  const auto files = walk_files(
      workspace.tree(), path, [](const auto&) { return true; }, cancel);
  for (const auto& file : files) {
    if (!workspace::is_restorable(store, entry_in_tree(workspace, file.path, progress, cancel))) {
      return file.path;
    }
  }
  return std::nullopt;
}

void check_untracked(workspace::Workspace& workspace, const Instance& instance, const Out& out) {
  const auto subject = fmt::format("the out {} of {}", quote(out.path), quote(instance.id));
  const auto pointer = out.path + std::string(workspace::kPointerSuffix);
  if (workspace.tree().lstat(pointer)) {
    const bool is_tracked = workspace.repository().is_tracked(pointer);
    const auto shown = workspace.to_display(pointer);
    throw Error(ErrorKind::conflict,
                fmt::format("{} is a data set", subject),
                is_tracked ? shell_join({"git", "rm", "-f", "--", shown})
                           : shell_join({"rm", "--", shown}));
  }
  if (out.kind == OutKind::data && workspace.repository().is_tracked(out.path)) {
    throw Error(ErrorKind::conflict,
                fmt::format("{} holds files that git tracks", subject),
                shell_join({"git", "rm", "-r", "--cached", "--", workspace.to_display(out.path)}));
  }
}

/// Metrics and plots may come from git: after `git checkout` only git knows them.
bool is_as_committed(workspace::Workspace& workspace, const std::string& path) {
  const auto& repository = workspace.repository();
  const auto stat = workspace.tree().lstat(path);
  if (!stat || stat->kind != os::FileKind::regular || !repository.is_tracked(path)) {
    return false;
  }
  const auto changed = repository.list_changed();
  return !std::binary_search(changed.begin(), changed.end(), path);
}

std::string free_backup_name(workspace::Workspace& workspace, const std::string& path) {
  auto name = path + ".orig";
  for (int i = 1; workspace.tree().lstat(name); ++i) {
    name = fmt::format("{}.orig.{}", path, i);
  }
  return name;
}

}  // namespace

void check_outs_free(workspace::Workspace& workspace,
                     const Instance& instance,
                     UnknownFiles unknown,
                     Progress& progress,
                     const CancelToken& cancel) {
  for (const auto& out : instance.outs) {
    check_untracked(workspace, instance, out);
    if (unknown == UnknownFiles::allow || out.persist ||
        workspace.repository().is_tracked(out.path)) {
      continue;
    }
    if (const auto file = find_unknown_file(workspace, out.path, progress, cancel); file) {
      throw Error(ErrorKind::conflict,
                  fmt::format("the out {} of {} would overwrite {}, which the store does not know",
                              quote(out.path),
                              quote(instance.id),
                              quote(*file)),
                  shell_join({"mv",
                              "--",
                              workspace.to_display(out.path),
                              workspace.to_display(free_backup_name(workspace, out.path))}));
    }
  }
}

bool is_in_place(workspace::Workspace& workspace,
                 const MadeOutRecord& out,
                 Progress& progress,
                 const CancelToken& cancel) {
  return workspace.tree().lstat(out.path) &&
         entry_in_tree(workspace, out.path, progress, cancel) == out.entry;
}

std::optional<std::string> restore_out(workspace::Workspace& workspace,
                                       const MadeOutRecord& out,
                                       Progress& progress,
                                       const CancelToken& cancel) {
  const auto root = workspace.store().load_root(out.root.value());
  std::optional<std::string> kept;
  if (find_unknown_file(workspace, out.path, progress, cancel)) {
    if (is_as_committed(workspace, out.path)) {
      workspace.tree().remove_tree(out.path);
    } else {
      kept = free_backup_name(workspace, out.path);
      workspace.tree().move(out.path, workspace.tree(), *kept);
    }
  }
  const auto result = workspace::restore(
      workspace, out.path, root.top, workspace::Clobber::refuse, progress, cancel);
  if (!result.kept.empty()) {
    throw Error(
        ErrorKind::conflict,
        fmt::format(
            "{} stands in the way of the out {}", quote(result.kept.front()), quote(out.path)),
        "move it away and run again");
  }
  return kept;
}

StoredOuts store_outs(workspace::Workspace& workspace,
                      const Instance& instance,
                      Progress& progress,
                      const CancelToken& cancel) {
  StoredOuts stored;
  for (const auto& out : instance.outs) {
    const auto stat = workspace.tree().lstat(out.path);
    if (!stat) {
      stored.problem = fmt::format("the out {} was not written", quote(out.path));
      return stored;
    }
    if (stat->kind == os::FileKind::symlink) {
      stored.problem = fmt::format("the out {} is a symbolic link", quote(out.path));
      return stored;
    }
  }
  auto options = look_options();
  options.git_files = workspace::GitFiles::refuse;
  std::unique_ptr<store::Writer> writer;
  for (const auto& out : instance.outs) {
    MadeOutRecord record;
    record.path = out.path;
    if (out.cache) {
      if (!writer) {
        // The stage has run: its result is worth any wait.
        const os::Waiter waiter{progress, cancel};
        writer = workspace.store().begin_write(&waiter);
      }
      record.entry =
          workspace::store_path(workspace, *writer, out.path, options, progress, cancel).top;
      record.entry.name.clear();
      record.root = writer->commit(record.entry, out.path);
    } else {
      record.entry = entry_in_tree(workspace, out.path, progress, cancel);
    }
    stored.outs.push_back(std::move(record));
  }
  return stored;
}

std::vector<std::string> ignore_outs(workspace::Workspace& workspace, const Instance& instance) {
  std::vector<std::string> changed;
  for (const auto& out : instance.outs) {
    if (out.kind == OutKind::data && !workspace.repository().is_ignored(out.path)) {
      if (auto file = workspace::ignore_path(workspace, out.path); !file.empty()) {
        changed.push_back(std::move(file));
      }
    }
  }
  return changed;
}

}  // namespace mlops::pipeline
