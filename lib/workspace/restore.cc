#include "workspace/restore.h"

#include <algorithm>
#include <atomic>
#include <iterator>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "os/lock.h"
#include "os/random.h"
#include "workspace/damaged_content.h"
#include "workspace/rescue.h"
#include "workspace/restore_plan.h"
#include "workspace/run_lock.h"
#include "workspace/stat_cache.h"
#include "workspace/tree_path.h"
#include "workspace/tree_scan.h"
#include "workspace/tree_write.h"

namespace mlops::workspace {

namespace {

constexpr std::uint32_t kFileMode = 0666;
constexpr std::uint32_t kExecutableMode = 0777;
constexpr std::size_t kMaxLinkBytes = 4095;
/// Of larger files the three system calls that in_place saves are not felt, and a kill would leave
/// much of nothing.
constexpr std::uint64_t kMaxInPlaceBytes = 1U << 20U;

class Applier {
 public:
  Applier(Workspace& workspace,
          RestorePlan plan,
          NewFiles new_files,
          Progress& progress,
          const CancelToken& cancel)
      : workspace_(workspace),
        tree_(workspace.tree()),
        store_(workspace.store()),
        plan_(std::move(plan)),
        new_files_(new_files),
        progress_(progress),
        cancel_(cancel) {}

  RestoreResult run() {
    move_obstacles();
    remove_files();
    for (const std::string& directory : plan_.directories_to_remove) {
      tree_.remove_empty_directory(directory);
    }
    for (const std::string& directory : plan_.directories_to_make) {
      cancel_.check();
      tree_.make_directories(directory);
    }
    write_files();
    result_.unchanged_files = plan_.unchanged.size() + plan_.unchanged_links;
    return std::move(result_);
  }

  /// After `run`: what the files hold now.
  void update_cache(std::span<const RestoreTarget> targets) {
    const bool is_news = !plan_.writes.empty() || !plan_.removals.empty() ||
                         std::any_of(plan_.unchanged.begin(),
                                     plan_.unchanged.end(),
                                     [](const Unchanged& file) { return file.read_at_ns; });
    if (!is_news) {
      return;
    }
    StatCache& cache = workspace_.stat_cache();
    for (const RestoreTarget& target : targets) {
      cache.forget(target.path);
    }
    for (Unchanged& file : plan_.unchanged) {
      cache.put(std::move(file.path), file.stat, file.id, file.read_at_ns);
    }
    for (std::size_t i = 0; i < plan_.writes.size(); ++i) {
      if (written_[i].kind == os::FileKind::regular) {
        cache.put(
            std::move(plan_.writes[i].path), written_[i], plan_.writes[i].entry.id, std::nullopt);
      }
    }
  }

 private:
  void move_obstacles() {
    if (plan_.obstacles.empty()) {
      return;
    }
    RescueDirectory rescue(workspace_);
    for (Obstacle& obstacle : plan_.obstacles) {
      cancel_.check();
      rescue.take(obstacle.path, obstacle.existing);
      result_.rescued.push_back(std::move(obstacle.path));
      result_.rescue_directory = rescue.path().string();
    }
  }

  /// What is replaced or removed is still what was judged.
  static void expect(const std::string& path,
                     const std::optional<os::FileStat>& now,
                     const std::optional<os::FileStat>& judged) {
    if (now != judged) {
      throw Error(
          ErrorKind::conflict, quote(path) + " changed underneath", "run the command again");
    }
  }

  void remove_files() {
    workspace_.pool().for_each(plan_.removals.size(), [&](std::size_t i) {
      cancel_.check();
      const PlannedRemoval& removal = plan_.removals[i];
      expect(removal.path, tree_.lstat(removal.path), removal.existing);
      tree_.remove_file(removal.path);
    });
    result_.removed_files = plan_.removals.size();
  }

  void write_files() {
    std::uint64_t bytes = 0;
    for (const PlannedWrite& write : plan_.writes) {
      bytes += write.entry.size;
    }
    written_.resize(plan_.writes.size());
    make_parent();
    progress_.begin("checking out", plan_.writes.size(), bytes);
    const std::vector<Batch> batches = batches_of_writes();
    workspace_.pool().for_each(batches.size(), [&](std::size_t i) { write_batch(batches[i]); });
    progress_.end();
    result_.written_files = plan_.writes.size();
    result_.written_bytes = bytes;
  }

  /// The directory of a target that is a file; other directories are in the plan.
  void make_parent() {
    std::string_view before;
    for (const PlannedWrite& write : plan_.writes) {
      const std::string_view parent = parent_of(write.path);
      if (parent != before && !write.existing) {
        tree_.make_directories(parent);
        before = parent;
      }
    }
  }

  /// Writes into one directory, for which it is looked up once.
  struct Batch {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  std::vector<Batch> batches_of_writes() const {
    constexpr std::size_t kMaxFiles = 128;
    constexpr std::uint64_t kMaxBytes = 4U << 20U;
    std::vector<Batch> batches;
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < plan_.writes.size(); ++i) {
      const bool fits = !batches.empty() && i - batches.back().begin < kMaxFiles &&
                        bytes < kMaxBytes &&
                        parent_of(plan_.writes[i].path) == parent_of(plan_.writes[i - 1].path);
      if (!fits) {
        batches.push_back({i, i});
        bytes = 0;
      }
      batches.back().end = i + 1;
      bytes += plan_.writes[i].entry.size;
    }
    return batches;
  }

  void write_batch(const Batch& batch) {
    const os::Beneath directory = tree_.enter(parent_of(plan_.writes[batch.begin].path));
    for (std::size_t i = batch.begin; i < batch.end; ++i) {
      cancel_.check();
      const PlannedWrite& write = plan_.writes[i];
      written_[i] = write_entry(directory, std::string(leaf_of(write.path)), write);
      progress_.advance(1, 0);
    }
  }

  /// Returns what is there then.
  os::FileStat write_entry(const os::Beneath& directory,
                           const std::string& leaf,
                           const PlannedWrite& write) const {
    os::FileStat stat;
    with_damage_named(workspace_, write.path, [&] {
      if (write.entry.kind == store::EntryKind::symlink) {
        write_link(directory, leaf, write);
      } else if (!write.existing && new_files_ == NewFiles::in_place &&
                 write.entry.size <= kMaxInPlaceBytes) {
        stat = write_in_place(directory, leaf, write);
      } else {
        stat = write_whole(directory, leaf, write);
      }
    });
    return stat;
  }

  static std::uint32_t mode_of(const store::Entry& file) {
    return file.kind == store::EntryKind::executable ? kExecutableMode : kFileMode;
  }

  void write_content(const store::Entry& file, const os::Fd& fd, const std::string& name) const {
    store_.write_file(file, fd, name, [&](std::size_t bytes) {
      cancel_.check();
      progress_.advance(0, bytes);
    });
  }

  os::FileStat write_in_place(const os::Beneath& directory,
                              const std::string& leaf,
                              const PlannedWrite& write) const {
    NewFile file(directory, leaf, mode_of(write.entry));
    write_content(write.entry, file.fd(), file.path());
    return file.keep();
  }

  os::FileStat write_whole(const os::Beneath& directory,
                           const std::string& leaf,
                           const PlannedWrite& write) const {
    TempBeside temp(directory, leaf);
    write_content(write.entry, temp.fd(), temp.path());
    expect(write.path, directory.lstat(leaf), write.existing);
    if (write.existing) {
      temp.publish(mode_of(write.entry), os::Durability::relaxed);
    } else {
      temp.publish_new(mode_of(write.entry), os::Durability::relaxed);
    }
    return directory.lstat(leaf).value_or(os::FileStat{});
  }

  void write_link(const os::Beneath& directory,
                  const std::string& leaf,
                  const PlannedWrite& write) const {
    const auto target = store_.read(store::ObjectType::chunk, write.entry.id);
    if (target.empty() || target.size() > kMaxLinkBytes) {
      throw Error(
          ErrorKind::corrupt,
          fmt::format("{} has a link target of {} bytes", quote(write.path), target.size()));
    }
    const std::string temp = std::string(kLeftoverPrefix) + os::random_name(16);
    directory.make_symlink(codec::as_text(target), temp);
    try {
      expect(write.path, directory.lstat(leaf), write.existing);
      directory.rename(temp, leaf);
    } catch (...) {
      directory.remove_file(temp);
      throw;
    }
  }

  Workspace& workspace_;
  const os::Beneath& tree_;
  store::Store& store_;
  RestorePlan plan_;
  NewFiles new_files_;
  Progress& progress_;
  const CancelToken& cancel_;
  std::vector<os::FileStat> written_;  ///< by the index of the write
  RestoreResult result_;
};

/// What Applier would say, and the paths.
RestoreResult describe_plan(RestorePlan plan) {
  RestoreResult result;
  for (Obstacle& obstacle : plan.obstacles) {
    result.rescued.push_back(std::move(obstacle.path));
  }
  for (PlannedRemoval& removal : plan.removals) {
    result.would_remove.push_back(std::move(removal.path));
  }
  for (PlannedWrite& write : plan.writes) {
    result.written_bytes += write.entry.size;
    result.would_write.push_back(std::move(write.path));
  }
  result.written_files = result.would_write.size();
  result.removed_files = result.would_remove.size();
  result.unchanged_files = plan.unchanged.size() + plan.unchanged_links;
  return result;
}

}  // namespace

bool may_proceed(const RestorePlan& plan, Clobber clobber) {
  return std::all_of(plan.obstacles.begin(), plan.obstacles.end(), [&](const Obstacle& obstacle) {
    return obstacle.rescue == Obstacle::Rescue::unasked ||
           (clobber == Clobber::rescue && obstacle.rescue == Obstacle::Rescue::possible);
  });
}

RestoreResult apply_plan(Workspace& workspace,
                         std::span<const RestoreTarget> targets,
                         RestorePlan plan,
                         const RestoreOptions& options,
                         const os::Waiter& waiter,
                         TreeLock tree_lock) {
  if (!may_proceed(plan, options.clobber)) {
    RestoreResult result;
    for (Obstacle& obstacle : plan.obstacles) {
      result.kept.push_back(std::move(obstacle.path));
      result.kept_reasons.push_back(std::move(obstacle.reason));
    }
    return result;
  }
  if (options.dry_run == DryRun::yes) {
    return describe_plan(std::move(plan));
  }
  std::optional<os::FileLock> lock;
  if (tree_lock == TreeLock::take) {
    lock = lock_work_tree(workspace, waiter);
  }
  Applier applier(workspace, std::move(plan), options.new_files, waiter.progress, waiter.cancel);
  RestoreResult result = applier.run();
  applier.update_cache(targets);
  return result;
}

RestoreResult restore(Workspace& workspace,
                      std::string_view relative,
                      const store::Entry& top,
                      const RestoreOptions& options,
                      Progress& progress,
                      const CancelToken& cancel) {
  const std::vector<RestoreTarget> targets = {{std::string(relative), top}};
  return apply_plan(workspace,
                    targets,
                    plan_restore(workspace, targets, options, progress, cancel),
                    options,
                    {progress, cancel});
}

}  // namespace mlops::workspace
