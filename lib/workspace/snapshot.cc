#include "workspace/snapshot.h"

#include <algorithm>
#include <mutex>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "os/clock.h"
#include "os/file.h"
#include "workspace/clean_directories.h"
#include "workspace/data_sets.h"
#include "workspace/partial_checkout.h"
#include "workspace/pointer.h"
#include "workspace/stable_read.h"
#include "workspace/stat_cache.h"
#include "workspace/tree_path.h"
#include "workspace/tree_scan.h"

namespace mlops::workspace {

namespace {

/// One file or link to turn into an entry; a task of the pool works on its own Job alone.
struct Job {
  std::size_t directory = kNoDirectory;  ///< in the scan; kNoDirectory: the top itself
  std::size_t entry = 0;
  os::FileStat stat;
  store::Entry result;
  std::int64_t read_at_ns = 0;
  enum class State { waiting, cached, read, left_out } state = State::waiting;
};

class SnapshotTaker {
 public:
  enum class Purpose { hash, show, store, offer };

  SnapshotTaker(Workspace& workspace,
                store::Writer& writer,
                Purpose purpose,
                const SnapshotOptions& options,
                Progress& progress,
                const CancelToken& cancel)
      : workspace_(workspace),
        tree_(workspace.tree()),
        cache_(workspace.stat_cache()),
        writer_(writer),
        purpose_(purpose),
        store_(purpose == Purpose::store ? &workspace.store() : nullptr),
        options_(options),
        progress_(progress),
        cancel_(cancel) {}

  Snapshot run(std::string_view relative) {
    check_path(relative, "path");
    relative_ = relative;
    find_clean();
    TrackedData tracked(workspace_, relative);
    scan_ = scan_tree(tree_,
                      workspace_.pool(),
                      relative,
                      options_.ignored == Ignored::leave_out ? &tracked : nullptr,
                      cancel_,
                      clean_);
    if (!scan_.top) {
      throw Error(ErrorKind::not_found,
                  fmt::format("{} does not exist", quote(relative)),
                  "it went away meanwhile: run the command again");
    }
    if (scan_.is_clean) {
      if (options_.before_reading) {
        options_.before_reading(0);
      }
      snapshot_.top = *clean_.find(relative);
      return std::move(snapshot_);
    }
    for (PathProblem& problem : scan_.unreadable) {
      note_unreadable(std::move(problem));
    }
    plan();
    find_cached();
    work();
    refuse_problems();
    count_unknown();
    const store::Entry top = scan_.directories.empty() ? jobs_.at(0).result : assemble();
    update_cache();
    snapshot_.top = top;
    snapshot_.top.name.clear();
    std::sort(snapshot_.skipped.begin(), snapshot_.skipped.end());
    return std::move(snapshot_);
  }

 private:
  std::string path_of(const Job& job) const {
    if (job.directory == kNoDirectory) {
      return relative_;
    }
    const ScannedDirectory& directory = scan_.directories[job.directory];
    return join_path(directory.path, directory.entries[job.entry].name);
  }

  /// Of a directory that is as it was, nothing is asked one by one: not where each is to be shown
  /// or counted, nor where a version completes what is there.
  void find_clean() {
    started_ns_ = os::wall_time_ns();
    if ((purpose_ != Purpose::hash && purpose_ != Purpose::store) || options_.keep_absent_of ||
        options_.count != SnapshotOptions::Count::nothing) {
      return;
    }
    clean_ = CleanDirectories::find(
        tree_,
        cache_,
        workspace_.pool(),
        relative_,
        [&](const store::Entry& entry) { return store_ == nullptr || is_kept(entry); },
        cancel_);
  }

  /// The store can give it back.
  bool is_kept(const store::Entry& entry) const {
    if (entry.kind != store::EntryKind::directory) {
      return is_restorable(*store_, entry);
    }
    try {
      store_->read_node(entry.id);
      return true;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) {
        throw;
      }
      return false;
    }
  }

  const std::string& name_of(const Job& job) const {
    return scan_.directories[job.directory].entries[job.entry].name;
  }

  // ---- what there is to do

  void plan() {
    if (scan_.directories.empty()) {
      plan_entry(kNoDirectory, 0, leaf_of(relative_), *scan_.top);
      return;
    }
    for (std::size_t d = 0; d < scan_.directories.size(); ++d) {
      const auto& entries = scan_.directories[d].entries;
      snapshot_.ignored += scan_.directories[d].ignored.size();
      for (std::size_t e = 0; e < entries.size(); ++e) {
        plan_entry(d, e, entries[e].name, entries[e].stat);
      }
    }
  }

  void plan_entry(std::size_t directory,
                  std::size_t entry,
                  std::string_view name,
                  const os::FileStat& stat) {
    Job job{directory, entry, stat, {}, 0, Job::State::waiting};
    if (directory != kNoDirectory && is_leftover(name)) {
      return;
    }
    if (const std::string_view problem = store::name_problem(name); !problem.empty()) {
      refused_.push_back({path_of(job), std::string(problem)});
      return;
    }
    if (options_.git_files == GitFiles::refuse && store::is_git_settings_name(name)) {
      refused_.push_back({path_of(job), "would change what git does where it is checked out"});
      return;
    }
    switch (stat.kind) {
      case os::FileKind::directory:
        return;
      case os::FileKind::other:
        note_unreadable({path_of(job), "is a named pipe, a socket or a device"});
        return;
      case os::FileKind::symlink:
        ++snapshot_.links;
        if (options_.symlinks == Symlinks::skip) {
          leave_out_link(path_of(job));
          return;
        }
        break;
      case os::FileKind::regular:
        refuse_nested_pointer(job, name);
        break;
    }
    jobs_.push_back(std::move(job));
  }

  void leave_out_link(std::string path) {
    if (scan_.directories.empty()) {
      throw Error(ErrorKind::config, fmt::format("{} is a symbolic link", quote(path)));
    }
    warn(fmt::format("{} is a symbolic link: not stored", quote(path)));
    snapshot_.skipped.push_back(std::move(path));
  }

  void refuse_nested_pointer(const Job& job, std::string_view name) {
    if (options_.nested_pointers == NestedPointers::allow || !name.ends_with(kPointerSuffix) ||
        job.stat.size > kMaxPointerBytes) {
      return;
    }
    const std::string path = path_of(job);
    const os::Fd fd = tree_.open_file(path);
    std::vector<std::uint8_t> text(kMaxPointerBytes);
    text.resize(os::read_full(fd, text, path));
    try {
      parse_pointer(codec::as_text(text), path);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::config) {
        throw;
      }
      return;  // only named like one
    }
    refused_.push_back({path, "is the pointer of a data set inside this one"});
  }

  void note_unreadable(PathProblem problem) {
    // What was asked for itself is never left out: nothing would remain of it.
    if (options_.on_unreadable == OnUnreadable::fail || problem.path == relative_) {
      unreadable_.push_back(std::move(problem));
      return;
    }
    warn(fmt::format("{}: {}: not stored", quote(problem.path), problem.problem));
    snapshot_.skipped.push_back(std::move(problem.path));
  }

  void warn(const std::string& message) {
    if (store_ != nullptr) {
      progress_.warn(message);
    }
  }

  // ---- reading

  /// In the order of the cache, many at a time: of a tree that did not change this is all there is.
  void find_cached() {
    constexpr std::size_t kBatch = 4096;
    const std::size_t batches = (jobs_.size() + kBatch - 1) / kBatch;
    workspace_.pool().for_each(batches, [&](std::size_t batch) {
      cancel_.check();
      StatCache::Hint hint;
      const std::size_t end = std::min((batch + 1) * kBatch, jobs_.size());
      for (std::size_t i = batch * kBatch; i < end; ++i) {
        find_cached(jobs_[i], hint);
      }
    });
  }

  void find_cached(Job& job, StatCache::Hint& hint) {
    if (job.stat.kind != os::FileKind::regular || purpose_ == Purpose::offer) {
      return;
    }
    const auto known = cache_.find(path_of(job), job.stat, hint);
    if (known && (store_ == nullptr || is_restorable(*store_, *known))) {
      job.result = *known;
      job.state = Job::State::cached;
    }
  }

  void work() {
    if (!refused_.empty()) {
      return;  // nothing will come of it
    }
    std::vector<std::size_t> waiting;
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      if (jobs_[i].state == Job::State::waiting) {
        waiting.push_back(i);
        bytes += jobs_[i].stat.kind == os::FileKind::regular ? jobs_[i].stat.size : 0;
      }
    }
    if (options_.before_reading) {
      options_.before_reading(bytes);
    }
    progress_.begin(store_ != nullptr ? "storing" : "hashing", waiting.size(), bytes);
    workspace_.pool().for_each(waiting.size(), [&](std::size_t i) {
      cancel_.check();
      Job& job = jobs_[waiting[i]];
      const std::string path = path_of(job);
      try {
        read(job, path);
      } catch (Unreadable& trouble) {
        job.state = Job::State::left_out;
        const std::lock_guard lock(mutex_);
        note_unreadable({path, std::move(trouble.problem)});
      }
    });
    progress_.end();
  }

  void read(Job& job, const std::string& path) {
    if (job.stat.kind == os::FileKind::symlink) {
      job.result = read_link_entry(tree_, relative_, path, writer_);
    } else {
      StableRead read = read_stable(tree_, relative_, path, writer_, progress_, cancel_);
      job.stat = read.stat;
      job.result = read.entry;
      job.read_at_ns = read.read_at_ns;
    }
    job.state = Job::State::read;
    progress_.advance(1, 0);
  }

  void refuse_problems() {
    if (refused_.empty() && unreadable_.empty()) {
      return;
    }
    const bool may_skip = refused_.empty();
    const std::uint64_t count = refused_.size() + unreadable_.size();
    std::vector<PathProblem> all = std::move(refused_);
    std::move(unreadable_.begin(), unreadable_.end(), std::back_inserter(all));
    fail_problems(
        fmt::format("{} of {} cannot be stored", plural_paths(count), quote(relative_)),
        std::move(all),
        may_skip ? "mend them, or leave them out with --skip-unreadable" : "move them elsewhere");
  }

  void count_unknown() {
    if (options_.count == SnapshotOptions::Count::nothing) {
      return;
    }
    const store::Store& store = workspace_.store();
    snapshot_.unknown_files =
        static_cast<std::uint64_t>(std::count_if(jobs_.begin(), jobs_.end(), [&](const Job& job) {
          return job.state != Job::State::left_out && !is_restorable(store, job.result);
        }));
  }

  static std::string plural_paths(std::uint64_t count) {
    return count == 1 ? "1 path" : fmt::format("{} paths", count);
  }

  // ---- directories, from the deepest up

  store::Entry assemble() {
    std::vector<store::Node> nodes(scan_.directories.size());
    for (Job& job : jobs_) {
      if (job.state == Job::State::left_out) {
        continue;
      }
      snapshot_.read_bytes += job.state == Job::State::read ? job.result.size : 0;
      store::Entry entry = job.result;
      entry.name = scan_.directories[job.directory].entries[job.entry].name;
      nodes[job.directory].entries.push_back(std::move(entry));
    }
    store::Entry made;
    made_.resize(scan_.directories.size());
    for (std::size_t d = scan_.directories.size(); d-- > 0;) {
      made = put_directory(nodes, d);
      made_[d] = made;
    }
    return made;
  }

  store::Entry entry_of(const ScannedDirectory& directory, const ScannedEntry& entry) const {
    return entry.directory == kNoDirectory ? *clean_.find(join_path(directory.path, entry.name))
                                           : made_[entry.directory];
  }

  store::Entry put_directory(std::vector<store::Node>& nodes, std::size_t d) {
    cancel_.check();
    store::Node node = std::move(nodes[d]);
    for (const ScannedEntry& entry : scan_.directories[d].entries) {
      if (entry.stat.kind == os::FileKind::directory) {
        node.entries.push_back(entry_of(scan_.directories[d], entry));
        node.entries.back().name = entry.name;
      }
    }
    if (options_.keep_absent_of) {
      const KeptAbsent kept = keep_absent(workspace_.store(),
                                          *options_.keep_absent_of,
                                          remainder_of(scan_.directories[d].path, relative_),
                                          options_.parts,
                                          node);
      snapshot_.absent_files += kept.files;
      snapshot_.absent_in_parts += kept.in_parts;
    }
    std::sort(node.entries.begin(),
              node.entries.end(),
              [](const store::Entry& a, const store::Entry& b) { return a.name < b.name; });
    store::Entry directory;
    directory.kind = store::EntryKind::directory;
    directory.files = 0;
    for (const store::Entry& entry : node.entries) {
      directory.size += entry.size;
      directory.files += entry.files;
    }
    directory.id = writer_.put_node(
        node, {.group = relative_, .directory = scan_.directories[d].path, .compress = {}});
    return directory;
  }

  // ---- stat cache

  /// What is as it was stays in the cache as it is: a status that finds nothing writes nothing, and
  /// one changed file costs one entry.
  void update_cache() {
    const bool is_news = std::any_of(
        jobs_.begin(), jobs_.end(), [](const Job& job) { return job.state != Job::State::cached; });
    if (is_news) {
      forget_gone();
      for (const Job& job : jobs_) {
        if (job.state == Job::State::read && job.stat.kind == os::FileKind::regular) {
          cache_.put(path_of(job), job.stat, job.result.id, job.read_at_ns);
        }
      }
    }
    remember_directories();
  }

  /// What the cache knows and is no longer there, or was not taken.
  void forget_gone() {
    if (cache_.count_within(relative_) == 0) {
      return;
    }
    std::unordered_set<std::string> here;
    for (const Job& job : jobs_) {
      if (job.stat.kind == os::FileKind::regular && job.state != Job::State::left_out) {
        here.insert(path_of(job));
      }
    }
    std::vector<std::string> gone;
    cache_.for_each_within(relative_, [&](std::string_view path) {
      if (clean_.find(parent_of(path)) == nullptr && !here.contains(std::string(path))) {
        gone.emplace_back(path);
      }
    });
    for (const std::string& path : gone) {
      cache_.forget(path);
    }
  }

  /// For the next time: directories that hold nothing but files that the cache knows, and
  /// directories like them.
  void remember_directories() {
    if (scan_.directories.empty() || options_.keep_absent_of || purpose_ == Purpose::offer ||
        !tree_.enter(relative_).has_directory_times()) {
      return;
    }
    const std::vector<std::size_t> files = count_known_files();
    std::vector<bool> is_plain(scan_.directories.size());
    for (std::size_t d = scan_.directories.size(); d-- > 0;) {
      const ScannedDirectory& directory = scan_.directories[d];
      const std::size_t below = static_cast<std::size_t>(std::count_if(
          directory.entries.begin(), directory.entries.end(), [&](const ScannedEntry& entry) {
            return entry.stat.kind == os::FileKind::directory &&
                   (entry.directory == kNoDirectory || is_plain[entry.directory]);
          }));
      is_plain[d] = !directory.has_rules && files[d] + below == directory.names &&
                    directory.stat.dev == scan_.top->dev && !is_racy(directory.stat, started_ns_);
      if (is_plain[d]) {
        remember(directory, made_[d]);
      }
    }
  }

  /// By the index of the scanned directory.
  std::vector<std::size_t> count_known_files() const {
    std::vector<std::size_t> files(scan_.directories.size());
    for (const Job& job : jobs_) {
      const bool is_known = job.stat.kind == os::FileKind::regular &&
                            (job.state == Job::State::cached || job.state == Job::State::read);
      files[job.directory] += is_known && !is_refused_by_some(name_of(job)) ? 1U : 0U;
    }
    return files;
  }

  /// What one command takes and another refuses is looked at every time.
  static bool is_refused_by_some(std::string_view name) {
    return name.ends_with(kPointerSuffix) || store::is_git_settings_name(name);
  }

  void remember(const ScannedDirectory& directory, const store::Entry& made) {
    const CachedDirectory now{directory.stat, made, static_cast<std::uint32_t>(directory.names)};
    if (cache_.find_directory(directory.path) != now) {
      cache_.put_directory(directory.path, now);
    }
  }

  Workspace& workspace_;
  const os::Beneath& tree_;
  StatCache& cache_;
  store::Writer& writer_;
  Purpose purpose_;
  store::Store* store_;  ///< null: only hashing
  const SnapshotOptions& options_;
  Progress& progress_;
  const CancelToken& cancel_;

  std::string relative_;
  std::int64_t started_ns_ = 0;  ///< before the first look at the tree
  CleanDirectories clean_;
  Scan scan_;
  std::vector<Job> jobs_;
  std::vector<store::Entry> made_;  ///< by the index of the scanned directory, without names
  Snapshot snapshot_;
  std::mutex mutex_;  ///< guards what tasks of the pool report: unreadable_ and skipped
  std::vector<PathProblem> unreadable_;
  std::vector<PathProblem> refused_;
};

}  // namespace

SnapshotOptions SnapshotOptions::everything() {
  SnapshotOptions options;
  options.on_unreadable = OnUnreadable::skip;
  options.symlinks = Symlinks::store;
  options.git_files = GitFiles::allow;
  return options;
}

Snapshot hash_path(Workspace& workspace,
                   std::string_view relative,
                   const SnapshotOptions& options,
                   Progress& progress,
                   const CancelToken& cancel) {
  const auto writer = store::make_hash_only_writer(&workspace.pool());
  return SnapshotTaker(workspace, *writer, SnapshotTaker::Purpose::hash, options, progress, cancel)
      .run(relative);
}

Snapshot hash_path_with(Workspace& workspace,
                        store::Writer& hasher,
                        std::string_view relative,
                        const SnapshotOptions& options,
                        Progress& progress,
                        const CancelToken& cancel) {
  return SnapshotTaker(workspace, hasher, SnapshotTaker::Purpose::show, options, progress, cancel)
      .run(relative);
}

Snapshot offer_path(Workspace& workspace,
                    store::Writer& writer,
                    std::string_view relative,
                    const SnapshotOptions& options,
                    Progress& progress,
                    const CancelToken& cancel) {
  return SnapshotTaker(workspace, writer, SnapshotTaker::Purpose::offer, options, progress, cancel)
      .run(relative);
}

Snapshot store_path(Workspace& workspace,
                    store::Writer& writer,
                    std::string_view relative,
                    const SnapshotOptions& options,
                    Progress& progress,
                    const CancelToken& cancel) {
  return SnapshotTaker(workspace, writer, SnapshotTaker::Purpose::store, options, progress, cancel)
      .run(relative);
}

bool is_restorable(const store::Store& store, const store::Entry& file) {
  if (file.kind == store::EntryKind::symlink) {
    return store.contains(file.id);
  }
  try {
    const store::FileContent content = store.read_file_content(file);
    return std::all_of(content.chunks.begin(),
                       content.chunks.end(),
                       [&](const store::ChunkRef& chunk) { return store.contains(chunk.id); });
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
    return false;  // the recipe itself is missing or damaged
  }
}

}  // namespace mlops::workspace
