#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "codec/bytes.h"
#include "os/file.h"
#include "store/tree.h"

namespace mlops::workspace {

/// A directory of a stat cache, see StatCache::put_directory.
struct CachedDirectory {
  os::FileStat stat;
  store::Entry entry;       ///< what a version has for it, without a name
  std::uint32_t names = 0;  ///< in it: files and directories, all of them in the cache
  friend bool operator==(const CachedDirectory&, const CachedDirectory&) = default;
};

/// The file of a stat cache (mlops-stat-cache(5)), searched where it lies. Only `open` judges its
/// bytes: afterwards every offset is known to be within them. Any threads.
///
/// Little-endian: magic "MLSTATC3", u64 files, u64 directories, u64 size of the names, then by
/// ascending path per file {u64 offset and u32 length of the path in the names, u32 mode, u32
/// owner, u64 size, dev, ino, nlink, i64 mtime, ctime, 32 bytes id}, per directory the same and
/// {u64 bytes, u64 files, u32 names}, then the names, then u32 CRC-32C over all before it.
class StatCacheFile {
 public:
  /// Null for what is damaged, or another version. Error{io}, Error{not_found}.
  static std::unique_ptr<StatCacheFile> open(const std::filesystem::path& file);

  /// One of the two tables.
  struct Table {
    std::span<const std::uint8_t> bytes;
    std::size_t record_bytes = 0;
    std::size_t count = 0;
  };
  const Table& files() const { return files_; }
  const Table& directories() const { return directories_; }

  std::string_view path(const Table& table, std::size_t index) const;
  /// The first record that is not before `wanted`; the search begins at `start`.
  std::size_t lower_bound(const Table& table, std::string_view wanted, std::size_t start = 0) const;

  struct File {
    os::FileStat stat;
    store::ObjectId id;
  };
  File file(std::size_t index) const;
  CachedDirectory directory(std::size_t index) const;

 private:
  explicit StatCacheFile(const std::filesystem::path& file) : file_(file), bytes_(file_.bytes()) {}
  std::pair<std::size_t, std::size_t> bracket(const Table& table,
                                              std::string_view wanted,
                                              std::size_t start) const;
  bool is_sound();
  bool are_names_sound(const Table& table) const;

  os::MappedFile file_;
  std::span<const std::uint8_t> bytes_;
  Table files_;
  Table directories_;
  std::string_view names_;
};

/// Puts such a file together: all files by ascending path, all directories the same.
class StatCacheBuilder {
 public:
  /// Room for about so many files.
  explicit StatCacheBuilder(std::size_t files);
  void add_file(std::string_view path, const os::FileStat& stat, const store::ObjectId& id);
  void add_directory(std::string_view path, const CachedDirectory& directory);
  codec::ByteWriter finish() const;

 private:
  codec::ByteWriter files_;
  codec::ByteWriter directories_;
  std::uint64_t file_count_ = 0;
  std::uint64_t directory_count_ = 0;
  std::string names_;
};

}  // namespace mlops::workspace
