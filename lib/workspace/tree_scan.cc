#include "workspace/tree_scan.h"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workspace/ignored_paths.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

constexpr std::size_t kShownProblems = 20;
/// Names that one task stats: large enough to be worth a task, small enough to spread a flat
/// directory of a million files over all processors.
constexpr std::size_t kStatBatch = 1024;

class Scanner {
 public:
  Scanner(const os::Beneath& tree,
          os::ThreadPool& pool,
          TrackedData* tracked,
          const CancelToken& cancel,
          const CleanDirectories& clean)
      : tree_(tree),
        pool_(pool),
        tracked_(tracked),
        cancel_(cancel),
        clean_(clean),
        ignored_(tree) {}

  Scan run(std::string_view relative) {
    scan_.top = tree_.lstat(relative);
    if (!scan_.top || scan_.top->kind != os::FileKind::directory) {
      return std::move(scan_);
    }
    IgnoredPaths::Place place =
        tracked_ == nullptr ? IgnoredPaths::Place() : ignored_.start(relative, *tracked_);
    if (place.is_free() && clean_.find(relative) != nullptr) {
      scan_.is_clean = true;
      return std::move(scan_);
    }
    add_directory(std::string(relative), *scan_.top, std::move(place));
    for (std::size_t begin = 0; begin < scan_.directories.size();) {
      const std::size_t end = scan_.directories.size();
      list_level(begin, end);
      stat_level(begin, end);
      add_next_level(begin, end);
      begin = end;
    }
    return std::move(scan_);
  }

 private:
  struct Batch {
    std::size_t directory = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  void list_level(std::size_t begin, std::size_t end) {
    pool_.for_each(end - begin, [&](std::size_t i) {
      cancel_.check();
      ScannedDirectory& directory = scan_.directories[begin + i];
      std::vector<std::string> names;
      try {
        names = tree_.list(directory.path);
      } catch (const Error& error) {
        note_unreadable(directory.path, error);
        return;
      }
      directory.names = names.size();
      directory.entries.reserve(names.size());
      for (std::string& name : names) {
        directory.entries.push_back({std::move(name), {}, kNoDirectory});
      }
    });
  }

  void stat_level(std::size_t begin, std::size_t end) {
    std::vector<Batch> batches;
    for (std::size_t d = begin; d < end; ++d) {
      const std::size_t count = scan_.directories[d].entries.size();
      for (std::size_t at = 0; at < count; at += kStatBatch) {
        batches.push_back({d, at, std::min(at + kStatBatch, count)});
      }
    }
    pool_.for_each(batches.size(), [&](std::size_t i) {
      cancel_.check();
      const Batch& batch = batches[i];
      stat_batch(batch, scan_.directories[batch.directory]);
    });
  }

  /// From a handle of the directory: one system call a file.
  void stat_batch(const Batch& batch, ScannedDirectory& directory) {
    std::optional<os::Beneath> here;
    try {
      here = tree_.enter(directory.path);
    } catch (const Error& error) {
      note_unreadable(directory.path, error);
    }
    for (std::size_t e = batch.begin; e < batch.end; ++e) {
      if (!here || !stat_entry(*here, directory, directory.entries[e])) {
        directory.entries[e].name.clear();
      }
    }
  }

  /// False for what cannot be used: gone since it was listed, or noted as unreadable.
  bool stat_entry(const os::Beneath& here, const ScannedDirectory& directory, ScannedEntry& entry) {
    if (directory.path.size() + 1 + entry.name.size() > kMaxPathBytes) {
      const std::lock_guard lock(mutex_);
      scan_.unreadable.push_back({join_path(directory.path, entry.name),
                                  fmt::format("path is longer than {} bytes", kMaxPathBytes)});
      return false;
    }
    try {
      const auto stat = here.lstat(entry.name);
      entry.stat = stat.value_or(os::FileStat{});
      return stat.has_value();
    } catch (const Error& error) {
      note_unreadable(join_path(directory.path, entry.name), error);
      return false;
    }
  }

  /// Only what the system refused is the file's own trouble; a swapped directory or Ctrl-C is not.
  void note_unreadable(const std::string& path, const Error& error) {
    if (error.kind() != ErrorKind::io) {
      throw;  // NOLINT(misc-throw-by-value-catch-by-reference): called in a handler only
    }
    const std::lock_guard lock(mutex_);
    scan_.unreadable.push_back({path, error.message()});
  }

  void add_next_level(std::size_t begin, std::size_t end) {
    for (std::size_t d = begin; d < end; ++d) {
      std::erase_if(scan_.directories[d].entries,
                    [](const ScannedEntry& entry) { return entry.name.empty(); });
      read_rules(d);
      scan_.directories[d].has_rules = !places_[d].is_free();
      if (places_[d].is_free()) {
        open_unclean(d);
      } else {
        set_ignored_apart(d);
      }
      places_[d] = {};  // rules are kept where something is left to be judged by them
    }
  }

  void open_unclean(std::size_t d) {
    for (std::size_t e = 0; e < scan_.directories[d].entries.size(); ++e) {
      const ScannedDirectory& directory = scan_.directories[d];
      const ScannedEntry& entry = directory.entries[e];
      if (entry.stat.kind == os::FileKind::directory &&
          clean_.find(join_path(directory.path, entry.name)) == nullptr) {
        open_directory(d, e, places_[d]);
      }
    }
  }

  void read_rules(std::size_t d) {
    const ScannedDirectory& directory = scan_.directories[d];
    const auto found = std::lower_bound(
        directory.entries.begin(),
        directory.entries.end(),
        kIgnoreRulesName,
        [](const ScannedEntry& entry, std::string_view wanted) { return entry.name < wanted; });
    if (tracked_ != nullptr && found != directory.entries.end() &&
        found->name == kIgnoreRulesName) {
      places_[d] = ignored_.add_rules(places_[d], directory.path);
    }
  }

  /// By index: a directory that is added moves the others.
  void open_directory(std::size_t d, std::size_t e, IgnoredPaths::Place place) {
    ScannedEntry& entry = scan_.directories[d].entries[e];
    entry.directory = scan_.directories.size();
    const os::FileStat stat = entry.stat;
    add_directory(join_path(scan_.directories[d].path, entry.name), stat, std::move(place));
  }

  void set_ignored_apart(std::size_t d) {
    std::vector<ScannedEntry> entries = std::move(scan_.directories[d].entries);
    scan_.directories[d].entries.clear();
    for (ScannedEntry& entry : entries) {
      cancel_.check();
      const auto kind = entry.stat.kind == os::FileKind::directory ? IgnoreRules::Kind::directory
                                                                   : IgnoreRules::Kind::other;
      const std::string path = join_path(scan_.directories[d].path, entry.name);
      const auto verdict = IgnoredPaths::judge(places_[d], path, kind, *tracked_);
      if (verdict == IgnoredPaths::Verdict::ignored) {
        scan_.directories[d].ignored.push_back(std::move(entry));
      } else {
        scan_.directories[d].entries.push_back(std::move(entry));
        if (kind == IgnoreRules::Kind::directory) {
          open_directory(
              d, scan_.directories[d].entries.size() - 1, IgnoredPaths::below(places_[d], verdict));
        }
      }
    }
  }

  void add_directory(std::string path, const os::FileStat& stat, IgnoredPaths::Place place) {
    scan_.directories.push_back({std::move(path), stat, 0, false, {}, {}});
    places_.push_back(std::move(place));
  }

  const os::Beneath& tree_;
  os::ThreadPool& pool_;
  TrackedData* tracked_;
  const CancelToken& cancel_;
  const CleanDirectories& clean_;
  IgnoredPaths ignored_;
  std::vector<IgnoredPaths::Place> places_;  ///< one for each of scan_.directories
  Scan scan_;
  std::mutex mutex_;  ///< guards scan_.unreadable
};

}  // namespace

Scan scan_tree(const os::Beneath& tree,
               os::ThreadPool& pool,
               std::string_view relative,
               TrackedData* tracked,
               const CancelToken& cancel,
               const CleanDirectories& clean) {
  return Scanner(tree, pool, tracked, cancel, clean).run(relative);
}

std::vector<std::string> problem_lines(std::vector<PathProblem> problems) {
  std::sort(problems.begin(), problems.end(), [](const PathProblem& a, const PathProblem& b) {
    return a.path < b.path;
  });
  std::vector<std::string> lines;
  for (const PathProblem& problem : problems) {
    if (lines.size() == kShownProblems) {
      lines.push_back(fmt::format("and {} more", problems.size() - kShownProblems));
      break;
    }
    lines.push_back(fmt::format("{}: {}", quote(problem.path), problem.problem));
  }
  return lines;
}

void fail_problems(std::string summary, std::vector<PathProblem> problems, std::string hint) {
  Error error(ErrorKind::config, std::move(summary), std::move(hint));
  for (std::string& line : problem_lines(std::move(problems))) {
    error.add_context(std::move(line));
  }
  throw error;
}

bool is_leftover(std::string_view name) {
  return name.starts_with(kLeftoverPrefix);
}

}  // namespace mlops::workspace
