#include "table/zip.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "codec/bytes.h"
#include "os/file.h"
#include "table/csv_scan.h"

namespace mlops::table {
namespace {

// APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3.
constexpr std::uint32_t kLocalHeader = 0x04034B50;
constexpr std::uint32_t kDirectoryEntry = 0x02014B50;
constexpr std::uint32_t kEnd = 0x06054B50;
constexpr std::uint32_t kEnd64 = 0x06064B50;
constexpr std::uint32_t kLocator64 = 0x07064B50;
constexpr std::uint64_t kLocalHeaderBytes = 30;
constexpr std::uint64_t kEndBytes = 22;
constexpr std::uint64_t kEnd64Bytes = 56;
constexpr std::uint64_t kLocator64Bytes = 20;
constexpr std::uint16_t kSizes64 = 0x0001;  // the extra field with what is beyond 32 bits
constexpr std::uint32_t kIn64 = 0xFFFF'FFFF;
constexpr std::uint16_t kCountIn64 = 0xFFFF;
constexpr std::uint16_t kEncrypted = 0x0041;
constexpr std::uint16_t kSizesFollow = 0x0008;
constexpr std::uint16_t kKnownFlags = 0x080E;  // how well it is deflated, sizes follow, UTF-8
constexpr std::uint16_t kStored = 0;
constexpr std::uint16_t kDeflated = 8;
constexpr std::uint64_t kMaxDirectory = std::uint64_t{16} << 20U;

struct Directory {
  std::uint64_t count = 0;
  std::uint64_t size = 0;
  std::uint64_t offset = 0;
};

// What the directory and the header before a member both say.
struct Description {
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint32_t crc = 0;
  std::uint64_t stored = 0;
  std::uint64_t size = 0;
  std::uint64_t offset = 0;
  std::string name;
};

class ZipReader {
 public:
  ZipReader(const os::Fd& fd, const Source& source)
      : fd_(fd), source_(source), size_(os::stat_fd(fd, source.path).size) {}
  std::vector<ZipMember> members();

 private:
  Directory find_directory() const;
  Directory find_directory64() const;
  Description read_entry(codec::ByteReader& entries) const;
  void read_sizes64(codec::ByteReader extra, Description& entry, bool has_offset) const;
  void check_entry(const Description& entry) const;
  std::uint64_t check_local(const Description& entry) const;
  std::vector<std::uint8_t> read(std::uint64_t offset, std::uint64_t size) const;
  codec::ByteReader reader(const std::vector<std::uint8_t>& bytes) const {
    return {bytes, source_.name};
  }
  [[noreturn]] void fail(const std::string& problem) const {
    throw Error(ErrorKind::config, fmt::format("{}: {}", quote(source_.name), problem));
  }
  [[noreturn]] void fail_member(const Description& entry, std::string_view problem) const {
    fail(fmt::format("its member {} {}", quote(entry.name), problem));
  }

  const os::Fd& fd_;
  const Source& source_;
  std::uint64_t size_;
};

std::vector<std::uint8_t> ZipReader::read(std::uint64_t offset, std::uint64_t size) const {
  std::vector<std::uint8_t> bytes(size);
  if (offset > size_ || size > size_ - offset ||
      os::pread_full(fd_, bytes, offset, source_.path) != size) {
    fail("the zip file is cut off");
  }
  return bytes;
}

Directory ZipReader::find_directory() const {
  if (size_ < kEndBytes) {
    fail("no zip file: it is too short");
  }
  const std::vector<std::uint8_t> bytes = read(size_ - kEndBytes, kEndBytes);
  codec::ByteReader end = reader(bytes);
  if (end.u32() != kEnd) {
    fail("no zip file: it does not end as one");
  }
  const std::uint16_t disk = end.u16();
  const std::uint16_t directory_disk = end.u16();
  const std::uint16_t here = end.u16();
  Directory directory;
  directory.count = end.u16();
  directory.size = end.u32();
  directory.offset = end.u32();
  const std::uint16_t comment = end.u16();
  if (directory.count == kCountIn64 || directory.size == kIn64 || directory.offset == kIn64) {
    return find_directory64();
  }
  if (disk != 0 || directory_disk != 0 || here != directory.count || comment != 0) {
    fail("no zip file that can be read: it is one part of several, or has a comment");
  }
  if (directory.offset + directory.size != size_ - kEndBytes) {
    fail("the directory of the zip file is not where it says");
  }
  return directory;
}

Directory ZipReader::find_directory64() const {
  constexpr std::uint64_t kTail = kEnd64Bytes + kLocator64Bytes + kEndBytes;
  if (size_ < kTail) {
    fail("the zip file is cut off");
  }
  const std::uint64_t at = size_ - kTail;
  const std::vector<std::uint8_t> bytes = read(at, kTail);
  codec::ByteReader end = reader(bytes);
  const bool is_end = end.u32() == kEnd64 && end.u64() == kEnd64Bytes - 12;
  end.take(4);  // versions
  const bool is_alone = end.u32() == 0 && end.u32() == 0;
  const std::uint64_t here = end.u64();
  Directory directory;
  directory.count = end.u64();
  directory.size = end.u64();
  directory.offset = end.u64();
  const bool is_located = end.u32() == kLocator64 && end.u32() == 0 && end.u64() == at;
  if (!is_end || !is_alone || !is_located || here != directory.count || directory.offset > at ||
      directory.size != at - directory.offset) {
    fail("the directory of the zip file is not where it says");
  }
  return directory;
}

void ZipReader::read_sizes64(codec::ByteReader extra, Description& entry, bool has_offset) const {
  const bool is_wanted =
      entry.size == kIn64 || entry.stored == kIn64 || (has_offset && entry.offset == kIn64);
  while (is_wanted && extra.remaining() >= 4) {
    const std::uint16_t id = extra.u16();
    const std::uint16_t length = extra.u16();
    if (length > extra.remaining()) {
      break;
    }
    codec::ByteReader field(extra.take(length), source_.name);
    if (id != kSizes64) {
      continue;
    }
    for (std::uint64_t* value : {&entry.size, &entry.stored, &entry.offset}) {
      const bool is_here = value != &entry.offset || has_offset;
      if (is_here && *value == kIn64 && field.remaining() >= 8) {
        *value = field.u64();
      }
    }
    return;
  }
  if (is_wanted) {
    fail_member(entry, "does not say how large it is");
  }
}

Description ZipReader::read_entry(codec::ByteReader& entries) const {
  Description entry;
  if (entries.u32() != kDirectoryEntry) {
    fail("the directory of the zip file is damaged");
  }
  entries.take(4);  // versions
  entry.flags = entries.u16();
  entry.method = entries.u16();
  entries.take(4);  // time
  entry.crc = entries.u32();
  entry.stored = entries.u32();
  entry.size = entries.u32();
  const std::uint16_t name = entries.u16();
  const std::uint16_t extra = entries.u16();
  const std::uint16_t comment = entries.u16();
  const std::uint16_t disk = entries.u16();
  entries.take(6);  // attributes
  entry.offset = entries.u32();
  entry.name = codec::as_text(entries.take(name));
  read_sizes64(codec::ByteReader(entries.take(extra), source_.name), entry, true);
  entries.take(comment);
  if (disk != 0) {
    fail_member(entry, "lies in another part");
  }
  check_entry(entry);
  return entry;
}

void ZipReader::check_entry(const Description& entry) const {
  if ((entry.flags & kEncrypted) != 0) {
    fail_member(entry, "is encrypted");
  }
  if ((entry.flags & ~kKnownFlags) != 0 || (entry.method != kStored && entry.method != kDeflated)) {
    fail_member(entry, "is compressed in a way that cannot be read");
  }
  if (entry.method == kStored && entry.stored != entry.size) {
    fail_member(entry, "has two sizes");
  }
  if (!is_utf8(entry.name) ||
      entry.name.find_first_of(std::string_view("/\\\0", 3)) != std::string::npos) {
    fail_member(entry, "has a name that is a path, or no UTF-8");
  }
}

/// Where the member's bytes begin.
std::uint64_t ZipReader::check_local(const Description& entry) const {
  const std::vector<std::uint8_t> fixed = read(entry.offset, kLocalHeaderBytes);
  codec::ByteReader header = reader(fixed);
  Description local;
  const bool is_header = header.u32() == kLocalHeader;
  header.take(2);  // version
  local.flags = header.u16();
  local.method = header.u16();
  header.take(4);  // time
  local.crc = header.u32();
  local.stored = header.u32();
  local.size = header.u32();
  const std::uint16_t name = header.u16();
  const std::uint16_t extra = header.u16();
  const std::vector<std::uint8_t> variable =
      read(entry.offset + kLocalHeaderBytes, std::uint64_t{name} + extra);
  codec::ByteReader rest = reader(variable);
  local.name = codec::as_text(rest.take(name));
  const bool has_sizes = (local.flags & kSizesFollow) == 0;
  if (has_sizes) {
    read_sizes64(codec::ByteReader(rest.take(extra), source_.name), local, false);
  }
  if (!is_header || local.name != entry.name || local.method != entry.method ||
      local.flags != entry.flags ||
      (has_sizes &&
       (local.crc != entry.crc || local.stored != entry.stored || local.size != entry.size))) {
    fail_member(entry, "is not what the directory of the zip file says");
  }
  return entry.offset + kLocalHeaderBytes + name + extra;
}

std::vector<ZipMember> ZipReader::members() {
  const Directory directory = find_directory();
  if (directory.count > kMaxColumns || directory.size > kMaxDirectory) {
    fail(fmt::format("more than {} members", format_count(kMaxColumns)));
  }
  const std::vector<std::uint8_t> bytes = read(directory.offset, directory.size);
  codec::ByteReader entries = reader(bytes);
  std::vector<Description> found;
  std::unordered_set<std::string> names;
  for (std::uint64_t i = 0; i < directory.count; ++i) {
    found.push_back(read_entry(entries));
    if (!names.insert(found.back().name).second) {
      fail_member(found.back(), "stands twice");
    }
  }
  entries.expect_end();

  std::vector<ZipMember> members;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> extents;
  for (Description& entry : found) {
    const std::uint64_t begin = check_local(entry);
    if (begin > directory.offset || entry.stored > directory.offset - begin) {
      fail_member(entry, "reaches into the directory of the zip file");
    }
    extents.emplace_back(entry.offset, begin + entry.stored);
    members.push_back({std::move(entry.name),
                       entry.method == kDeflated,
                       begin,
                       entry.stored,
                       entry.size,
                       entry.crc});
  }
  std::sort(extents.begin(), extents.end());
  for (std::size_t i = 1; i < extents.size(); ++i) {
    if (extents[i].first < extents[i - 1].second) {
      fail("members of the zip file lie in one another");
    }
  }
  return members;
}

}  // namespace

std::vector<ZipMember> read_zip_directory(const os::Fd& fd, const Source& source) {
  try {
    return ZipReader(fd, source).members();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
    throw Error(ErrorKind::config,
                fmt::format("{}: the directory of the zip file is damaged", quote(source.name)));
  }
}

}  // namespace mlops::table
