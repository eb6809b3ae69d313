#include "workspace/clean_directories.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <vector>

#include "base/error.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

/// Files that one task looks at.
constexpr std::size_t kBatch = 4096;

class Finder {
 public:
  Finder(const os::Beneath& tree,
         const StatCache::Saved& saved,
         const CleanDirectories::Judge& judge,
         const CancelToken& cancel)
      : tree_(tree),
        saved_(saved),
        judge_(judge),
        cancel_(cancel),
        directories_(saved.directories()) {
    for (std::size_t d = 0; d < directories_.size(); ++d) {
      directories_[d].path = saved_.directory_path(d);
      directories_[d].known = saved_.directory(d);
      by_path_.emplace(directories_[d].path, d);
    }
  }

  void look(os::ThreadPool& pool) {
    pool.for_each(directories_.size(), [&](std::size_t d) {
      cancel_.check();
      look_at(directories_[d]);
    });
    const std::size_t batches = (saved_.files() + kBatch - 1) / kBatch;
    pool.for_each(batches, [&](std::size_t batch) {
      cancel_.check();
      look_at_files(batch * kBatch, std::min((batch + 1) * kBatch, saved_.files()));
    });
  }

  /// Those in which all is as it was, from the deepest up: a directory sorts before what is in it.
  template <typename Take>
  void take_clean(const Take& take) {
    for (std::size_t d = directories_.size(); d-- > 0;) {
      const Directory& directory = directories_[d];
      if (!directory.is_clean || directory.names != directory.known.names) {
        continue;
      }
      take(directory.path, directory.known.entry);
      if (Directory* above = find(parent_of(directory.path))) {
        ++above->names;
      }
    }
  }

 private:
  struct Directory {
    std::string_view path;
    CachedDirectory known;
    std::atomic<bool> is_clean = true;
    std::atomic<std::uint32_t> names = 0;  ///< in it, that are as they were
  };

  Directory* find(std::string_view path) {
    const auto found = by_path_.find(path);
    return found == by_path_.end() ? nullptr : &directories_[found->second];
  }

  /// False also for what a link, a missing right or a change meanwhile keeps from being looked at.
  template <typename Question>
  static bool is_so(const Question& question) {
    try {
      return question();
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::io && error.kind() != ErrorKind::conflict &&
          error.kind() != ErrorKind::not_found) {
        throw;
      }
      return false;
    }
  }

  void look_at(Directory& directory) const {
    directory.is_clean = is_so([&] {
      return tree_.lstat(directory.path) == directory.known.stat && judge_(directory.known.entry);
    });
  }

  void look_at_files(std::size_t begin, std::size_t end) {
    std::string_view parent;
    Directory* directory = nullptr;
    std::optional<os::Beneath> here;
    std::uint32_t names = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const std::string_view path = saved_.file_path(i);
      if (i == begin || parent_of(path) != parent) {
        count(directory, names);
        parent = parent_of(path);
        directory = find(parent);
        here.reset();
      }
      if (directory == nullptr || !directory->is_clean) {
        continue;
      }
      ++names;
      const bool is_same = is_so([&] {
        if (!here) {
          here = tree_.enter(parent);
        }
        return is_as_saved(*here, i, path);
      });
      if (!is_same) {
        directory->is_clean = false;
      }
    }
    count(directory, names);
  }

  static void count(Directory* directory, std::uint32_t& names) {
    if (directory != nullptr) {
      directory->names += names;
    }
    names = 0;
  }

  bool is_as_saved(const os::Beneath& here, std::size_t index, std::string_view path) const {
    const auto stat = here.lstat(leaf_of(path));
    const auto entry = stat ? saved_.file(index, *stat) : std::nullopt;
    return entry && judge_(*entry);
  }

  const os::Beneath& tree_;
  const StatCache::Saved& saved_;
  const CleanDirectories::Judge& judge_;
  const CancelToken& cancel_;
  std::vector<Directory> directories_;
  std::unordered_map<std::string_view, std::size_t> by_path_;
};

}  // namespace

CleanDirectories CleanDirectories::find(const os::Beneath& tree,
                                        const StatCache& cache,
                                        os::ThreadPool& pool,
                                        std::string_view relative,
                                        const Judge& judge,
                                        const CancelToken& cancel) {
  CleanDirectories clean;
  const auto saved = cache.saved_within(relative);
  if (!saved || saved->directories() == 0) {
    return clean;
  }
  Finder finder(tree, *saved, judge, cancel);
  finder.look(pool);
  finder.take_clean([&](std::string_view path, const store::Entry& entry) {
    clean.entries_.emplace(path, entry);
  });
  return clean;
}

const store::Entry* CleanDirectories::find(std::string_view path) const {
  const auto found = entries_.find(path);
  return found == entries_.end() ? nullptr : &found->second;
}

}  // namespace mlops::workspace
