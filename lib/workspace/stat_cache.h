#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "os/file.h"
#include "store/tree.h"
#include "workspace/stat_cache_file.h"

namespace mlops::workspace {

/// What the files of one work tree held when they were last read, by path: spares the reading of
/// what did not change. Derived and discardable: a damaged, foreign or missing file is an empty
/// cache, and losing it costs only time. Main thread only, except that any threads may call `find`
/// together.
///
/// An entry answers only when all stat fields are equal and when it is not racy: a file that
/// changed within one tick of its file system's clock before it was read could have changed again
/// after without a trace (git's racy rule). Equal, never older: clocks that jump do no harm.
///
/// Directories too: of one whose stat is equal, no name came or went since it was listed.
class StatCache {
 public:
  /// Reads `file` if it is there. What is wrong with it makes the cache empty.
  explicit StatCache(std::filesystem::path file);
  ~StatCache();
  StatCache(const StatCache&) = delete;
  StatCache& operator=(const StatCache&) = delete;

  /// Where the last path was found: the next one of a walk in order is near, and costs no search
  /// of the whole. Any value is right.
  struct Hint {
    std::size_t at = 0;
  };
  /// The entry (kind, size, id; no name) of the regular file `path` if it is as it was.
  std::optional<store::Entry> find(std::string_view path,
                                   const os::FileStat& stat,
                                   Hint& hint) const;
  std::optional<store::Entry> find(std::string_view path, const os::FileStat& stat) const {
    Hint none;
    return find(path, stat, none);
  }

  /// Whether there is an entry of `path`, whatever the file is now.
  bool has(std::string_view path) const;
  /// Entries of `path` and of all below it.
  std::size_t count_within(std::string_view path) const;

  /// `read_at_ns`: wall clock before the first byte was read. Nothing for files that we wrote: racy
  /// relative to the moment that the cache is asked or saved, as in git.
  void put(std::string path,
           const os::FileStat& stat,
           const store::ObjectId& id,
           std::optional<std::int64_t> read_at_ns);

  /// A directory that was listed, and was not racy then, after the files and directories in it:
  /// whatever changes in it forgets the directories above.
  void put_directory(std::string path, const CachedDirectory& directory);
  std::optional<CachedDirectory> find_directory(std::string_view path) const;

  /// Forgets `path` and all below it; what is put afterwards counts.
  void forget(std::string_view path);

  /// What is known of `from` and all below it, of `to` now: after a rename, which leaves the stat
  /// of what is in a directory as it was.
  void move(std::string_view from, std::string_view to);

  /// Writes the file in one step if anything changed; not synced. Error{io}.
  void save();

  /// The paths of all entries of `path` and below it, in no order.
  void for_each_within(std::string_view path,
                       const std::function<void(std::string_view)>& visit) const;

  /// What was saved of one directory: of those in it, itself first, and of the files below it, each
  /// by ascending path. Any threads; until the next change of the cache.
  class Saved {
   public:
    std::size_t directories() const { return directories_below_ + (has_top_ ? 1 : 0); }
    std::string_view directory_path(std::size_t index) const;
    CachedDirectory directory(std::size_t index) const;
    std::size_t files() const { return files_; }
    std::string_view file_path(std::size_t index) const;
    /// The entry of the file if its stat is this one.
    std::optional<store::Entry> file(std::size_t index, const os::FileStat& stat) const;

   private:
    friend class StatCache;
    std::size_t place_of(std::size_t index) const;

    const StatCacheFile* file_ = nullptr;
    std::size_t top_ = 0;
    bool has_top_ = false;
    std::size_t first_directory_ = 0;
    std::size_t directories_below_ = 0;
    std::size_t first_file_ = 0;
    std::size_t files_ = 0;
  };
  /// Nothing when something there changed since it was saved.
  std::optional<Saved> saved_within(std::string_view path) const;

 private:
  struct Record {
    os::FileStat stat;
    store::ObjectId id;
    std::optional<std::int64_t> read_at_ns;
  };
  /// The records of a path and of what is below it.
  struct Ranges {
    std::size_t itself = 0;
    bool has_itself = false;
    std::size_t first = 0;
    std::size_t last = 0;
  };
  Ranges ranges_of(const StatCacheFile::Table& table, std::string_view path) const;
  bool find_saved(std::string_view path, Hint& hint) const;
  bool is_forgotten(std::string_view path) const;
  bool is_as_saved(std::string_view path) const;
  void add_files(StatCacheBuilder& builder) const;
  void add_directories(StatCacheBuilder& builder) const;
  void forget_directories_above(std::string_view path);

  std::filesystem::path file_;
  std::unique_ptr<StatCacheFile> saved_;
  std::map<std::string, Record, std::less<>> updates_;
  std::map<std::string, CachedDirectory, std::less<>> directory_updates_;
  std::set<std::string, std::less<>> forgotten_;
  std::set<std::string, std::less<>> forgotten_directories_;  ///< these alone, not what is in them
  std::optional<std::string> last_parent_;  ///< whose directories above are forgotten already
  bool changed_ = false;
};

/// True when a change right after `now_ns` could leave the times of the file as they are. The clock
/// of a file system whose ctime has no fraction of a second is taken to tick every 2 s (vfat, old
/// NFS), others every 20 ms (twice the slowest tick of a kernel).
bool is_racy(const os::FileStat& stat, std::int64_t now_ns);

}  // namespace mlops::workspace
