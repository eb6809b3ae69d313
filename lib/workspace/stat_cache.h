#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "os/file.h"
#include "store/tree.h"

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
/// File, little-endian: magic "MLSTATC2", u64 entries, u64 size of the names, then by ascending
/// path per entry {u64 offset and u32 length of the path in the names, u32 mode, u32 owner, u64
/// size, dev, ino, nlink, i64 mtime, ctime, 32 bytes id}, then the names, then u32 CRC-32C over all
/// before it.
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
  /// Forgets `path` and all below it; what is put afterwards counts.
  void forget(std::string_view path);

  /// What is known of `from` and all below it, of `to` now: after a rename, which leaves the stat
  /// of what is in a directory as it was.
  void move(std::string_view from, std::string_view to);

  /// Writes the file in one step if anything changed; not synced. Error{io}.
  void save();

 private:
  struct Record {
    os::FileStat stat;
    store::ObjectId id;
    std::optional<std::int64_t> read_at_ns;
  };
  class Mapping;
  bool is_forgotten(std::string_view path) const;

  std::filesystem::path file_;
  std::unique_ptr<Mapping> saved_;
  std::map<std::string, Record, std::less<>> updates_;
  std::set<std::string, std::less<>> forgotten_;
  bool changed_ = false;
};

/// True when a change right after `now_ns` could leave the times of the file as they are. The clock
/// of a file system whose ctime has no fraction of a second is taken to tick every 2 s (vfat, old
/// NFS), others every 20 ms (twice the slowest tick of a kernel).
bool is_racy(const os::FileStat& stat, std::int64_t now_ns);

}  // namespace mlops::workspace
