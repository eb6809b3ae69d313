#include "workspace/stat_cache_file.h"

#include <algorithm>

#include "codec/crc32c.h"

namespace mlops::workspace {

namespace {

constexpr std::string_view kMagic = "MLSTATC3";
constexpr std::size_t kHeaderBytes = 8 + 3 * 8;
constexpr std::size_t kFileBytes = 8 + 3 * 4 + 6 * 8 + 32;
constexpr std::size_t kDirectoryBytes = kFileBytes + 2 * 8 + 4;
constexpr std::size_t kTrailerBytes = 4;
constexpr const char* kWhat = "stat cache";

void put_record(codec::ByteWriter& out,
                std::uint64_t name_offset,
                std::string_view path,
                const os::FileStat& stat,
                const store::ObjectId& id) {
  out.u64(name_offset);
  out.u32(static_cast<std::uint32_t>(path.size()));
  out.u32(stat.mode);
  out.u32(stat.owner);
  out.u64(stat.size);
  out.u64(stat.dev);
  out.u64(stat.ino);
  out.u64(stat.nlink);
  out.u64(static_cast<std::uint64_t>(stat.mtime_ns));
  out.u64(static_cast<std::uint64_t>(stat.ctime_ns));
  out.put(id.bytes);
}

std::span<const std::uint8_t> record(const StatCacheFile::Table& table, std::size_t index) {
  return table.bytes.subspan(index * table.record_bytes, table.record_bytes);
}

/// A number of a record, which is asked for every file of a tree: the file was judged as a whole.
template <typename Number>
Number load(std::span<const std::uint8_t> record, std::size_t at) {
  Number value = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    value |= static_cast<Number>(static_cast<Number>(record[at + i]) << (8 * i));
  }
  return value;
}

constexpr std::size_t kIdAt = kFileBytes - 32;

StatCacheFile::File load_record(std::span<const std::uint8_t> record, os::FileKind kind) {
  StatCacheFile::File found;
  found.stat.kind = kind;
  found.stat.mode = load<std::uint32_t>(record, 12);
  found.stat.owner = load<std::uint32_t>(record, 16);
  found.stat.size = load<std::uint64_t>(record, 20);
  found.stat.dev = load<std::uint64_t>(record, 28);
  found.stat.ino = load<std::uint64_t>(record, 36);
  found.stat.nlink = load<std::uint64_t>(record, 44);
  found.stat.mtime_ns = static_cast<std::int64_t>(load<std::uint64_t>(record, 52));
  found.stat.ctime_ns = static_cast<std::int64_t>(load<std::uint64_t>(record, 60));
  const auto id = record.subspan(kIdAt, found.id.bytes.size());
  std::copy(id.begin(), id.end(), found.id.bytes.begin());
  return found;
}

}  // namespace

std::unique_ptr<StatCacheFile> StatCacheFile::open(const std::filesystem::path& file) {
  auto opened = std::unique_ptr<StatCacheFile>(new StatCacheFile(file));
  return opened->is_sound() ? std::move(opened) : nullptr;
}

std::string_view StatCacheFile::path(const Table& table, std::size_t index) const {
  const auto bytes = record(table, index);
  return names_.substr(load<std::uint64_t>(bytes, 0), load<std::uint32_t>(bytes, 8));
}

StatCacheFile::File StatCacheFile::file(std::size_t index) const {
  return load_record(record(files_, index), os::FileKind::regular);
}

CachedDirectory StatCacheFile::directory(std::size_t index) const {
  const auto bytes = record(directories_, index);
  const File common = load_record(bytes, os::FileKind::directory);
  CachedDirectory found;
  found.stat = common.stat;
  found.entry.kind = store::EntryKind::directory;
  found.entry.id = common.id;
  found.entry.size = load<std::uint64_t>(bytes, kFileBytes);
  found.entry.files = load<std::uint64_t>(bytes, kFileBytes + 8);
  found.names = load<std::uint32_t>(bytes, kFileBytes + 16);
  return found;
}

std::size_t StatCacheFile::lower_bound(const Table& table,
                                       std::string_view wanted,
                                       std::size_t start) const {
  auto [low, high] = bracket(table, wanted, start);
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (path(table, middle) < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/// The range in which `wanted` has its place, by steps from `start` that double.
std::pair<std::size_t, std::size_t> StatCacheFile::bracket(const Table& table,
                                                           std::string_view wanted,
                                                           std::size_t start) const {
  if (start > table.count || (start > 0 && !(path(table, start - 1) < wanted))) {
    return {0, std::min(start, table.count)};
  }
  std::size_t low = start;
  std::size_t step = 1;
  while (low + step <= table.count && path(table, low + step - 1) < wanted) {
    low += step;
    step *= 2;
  }
  return {low, std::min(low + step, table.count)};
}

bool StatCacheFile::is_sound() {
  if (bytes_.size() < kHeaderBytes + kTrailerBytes ||
      codec::as_text(bytes_.first(kMagic.size())) != kMagic) {
    return false;
  }
  const auto body = bytes_.first(bytes_.size() - kTrailerBytes);
  codec::ByteReader trailer(bytes_.last(kTrailerBytes), kWhat);
  if (trailer.u32() != codec::crc32c(body)) {
    return false;
  }
  codec::ByteReader header(body.subspan(kMagic.size()), kWhat);
  const std::uint64_t files = header.u64();
  const std::uint64_t directories = header.u64();
  const std::uint64_t name_bytes = header.u64();
  std::uint64_t room = body.size() - kHeaderBytes;
  if (files > room / kFileBytes) {
    return false;
  }
  room -= files * kFileBytes;
  if (directories > room / kDirectoryBytes || name_bytes != room - directories * kDirectoryBytes) {
    return false;
  }
  const auto tables = body.subspan(kHeaderBytes);
  files_ = {tables.first(files * kFileBytes), kFileBytes, files};
  directories_ = {tables.subspan(files * kFileBytes, directories * kDirectoryBytes),
                  kDirectoryBytes,
                  directories};
  names_ = codec::as_text(body.last(name_bytes));
  return are_names_sound(files_) && are_names_sound(directories_);
}

bool StatCacheFile::are_names_sound(const Table& table) const {
  std::string_view before;
  for (std::size_t i = 0; i < table.count; ++i) {
    const auto bytes = record(table, i);
    const auto offset = load<std::uint64_t>(bytes, 0);
    const auto length = load<std::uint32_t>(bytes, 8);
    if (length == 0 || offset > names_.size() || length > names_.size() - offset) {
      return false;
    }
    const std::string_view name = names_.substr(offset, length);
    if (i > 0 && name <= before) {
      return false;
    }
    before = name;
  }
  return true;
}

StatCacheBuilder::StatCacheBuilder(std::size_t files) {
  files_.reserve(files * kFileBytes);
}

void StatCacheBuilder::add_file(std::string_view path,
                                const os::FileStat& stat,
                                const store::ObjectId& id) {
  put_record(files_, names_.size(), path, stat, id);
  names_ += path;
  ++file_count_;
}

void StatCacheBuilder::add_directory(std::string_view path, const CachedDirectory& directory) {
  put_record(directories_, names_.size(), path, directory.stat, directory.entry.id);
  directories_.u64(directory.entry.size);
  directories_.u64(directory.entry.files);
  directories_.u32(directory.names);
  names_ += path;
  ++directory_count_;
}

codec::ByteWriter StatCacheBuilder::finish() const {
  codec::ByteWriter out;
  out.reserve(kHeaderBytes + files_.size() + directories_.size() + names_.size() + kTrailerBytes);
  out.put(codec::as_bytes(kMagic));
  out.u64(file_count_);
  out.u64(directory_count_);
  out.u64(names_.size());
  out.put(files_.bytes());
  out.put(directories_.bytes());
  out.put(codec::as_bytes(names_));
  out.u32(codec::crc32c(out.bytes()));
  return out;
}

}  // namespace mlops::workspace
