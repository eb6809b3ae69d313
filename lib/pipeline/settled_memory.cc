#include "pipeline/settled_memory.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "codec/crc32c.h"
#include "os/beneath.h"
#include "workspace/stat_cache.h"

namespace mlops::pipeline {

namespace {

namespace fs = std::filesystem;
using Of = os::Sighting::Of;
using What = os::Sighting::What;
using Seen = SettledMemory::Seen;
using Directory = SettledMemory::Directory;

constexpr std::string_view kMagic = "MLSETTL1";
constexpr std::size_t kTrailerBytes = 4;
constexpr const char* kName = "memory of the settled run";
constexpr std::uint8_t kFollowed = 4;

void put_text(codec::ByteWriter& out, std::string_view text) {
  out.u32(static_cast<std::uint32_t>(text.size()));
  out.put(codec::as_bytes(text));
}

std::string take_text(codec::ByteReader& in) {
  return std::string(codec::as_text(in.take(in.u32())));
}

void put_stat(codec::ByteWriter& out, const os::FileStat& stat) {
  out.u8(static_cast<std::uint8_t>(stat.kind));
  out.u32(stat.mode);
  out.u32(stat.owner);
  for (const auto number : {stat.size, stat.dev, stat.ino, stat.nlink}) {
    out.u64(number);
  }
  out.u64(static_cast<std::uint64_t>(stat.mtime_ns));
  out.u64(static_cast<std::uint64_t>(stat.ctime_ns));
}

os::FileStat take_stat(codec::ByteReader& in) {
  os::FileStat stat;
  const auto kind = in.u8();
  if (kind > static_cast<std::uint8_t>(os::FileKind::other)) {
    in.fail("unknown kind of file");
  }
  stat.kind = static_cast<os::FileKind>(kind);
  stat.mode = in.u32();
  stat.owner = in.u32();
  for (auto* const number : {&stat.size, &stat.dev, &stat.ino, &stat.nlink}) {
    *number = in.u64();
  }
  stat.mtime_ns = static_cast<std::int64_t>(in.u64());
  stat.ctime_ns = static_cast<std::int64_t>(in.u64());
  return stat;
}

void put_seen(codec::ByteWriter& out, const Seen& seen) {
  put_text(out, seen.name);
  out.u8(static_cast<std::uint8_t>(static_cast<unsigned>(seen.what) |
                                   (seen.of == Of::target ? kFollowed : 0U)));
  if (seen.what != What::nothing) {
    put_stat(out, seen.stat);
  }
}

Seen take_seen(codec::ByteReader& in) {
  Seen seen;
  seen.name = take_text(in);
  if (seen.name.find('\0') != std::string::npos || seen.name.find('/') != std::string::npos) {
    in.fail("a name that no file has");
  }
  const auto tag = in.u8();
  const auto what = tag % kFollowed;
  if (tag >= 2 * kFollowed || what > static_cast<std::uint8_t>(What::names)) {
    in.fail("unknown sighting");
  }
  seen.of = tag >= kFollowed ? Of::target : Of::entry;
  seen.what = static_cast<What>(what);
  if (seen.what != What::nothing) {
    seen.stat = take_stat(in);
  }
  return seen;
}

void put_instance(codec::ByteWriter& out, const InstanceResult& instance) {
  put_text(out, instance.id);
  out.u8(instance.state == InstanceState::skipped ? 1 : 0);
  put_text(out, instance.reason);
  put_text(out, instance.grade);
}

InstanceResult take_instance(codec::ByteReader& in) {
  InstanceResult instance;
  instance.id = take_text(in);
  const auto state = in.u8();
  if (state > 1) {
    in.fail("unknown state");
  }
  instance.state = state == 1 ? InstanceState::skipped : InstanceState::hit;
  instance.reason = take_text(in);
  instance.grade = take_text(in);
  return instance;
}

SettledMemory take_memory(codec::ByteReader& in) {
  SettledMemory memory;
  const auto request = in.take(memory.request.size());
  std::copy(request.begin(), request.end(), memory.request.begin());
  // Nothing is reserved: the counts are the file's word.
  for (auto left = in.u32(); left > 0; --left) {
    memory.instances.push_back(take_instance(in));
  }
  for (auto left = in.u32(); left > 0; --left) {
    Directory directory;
    directory.path = take_text(in);
    const bool is_next =
        memory.directories.empty() || memory.directories.back().path < directory.path;
    if (!directory.path.starts_with('/') || directory.path.find('\0') != std::string::npos ||
        !is_next) {
      in.fail("a directory in the wrong place");
    }
    for (auto entries = in.u32(); entries > 0; --entries) {
      directory.seen.push_back(take_seen(in));
    }
    memory.directories.push_back(std::move(directory));
  }
  in.expect_end();
  return memory;
}

/// What has to stay of what was seen. Names come and go in a directory that nobody listed; of one
/// that was only passed through it counts that it is the same.
os::FileStat what_counts(const os::FileStat& stat, What what) {
  if (stat.kind != os::FileKind::directory || what == What::names) {
    return stat;
  }
  os::FileStat counts;
  counts.kind = stat.kind;
  counts.dev = stat.dev;
  counts.ino = stat.ino;
  if (what == What::something) {
    counts.mode = stat.mode;
    counts.owner = stat.owner;
  }
  return counts;
}

std::pair<std::string, std::string> split_path(const std::string& path) {
  const auto slash = path.rfind('/');
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

bool is_as_seen(const Seen& seen, const std::optional<os::FileStat>& now) {
  if (seen.what == What::nothing || !now) {
    return seen.what == What::nothing && !now;
  }
  return what_counts(*now, seen.what) == seen.stat;
}

std::optional<Seen> see(const os::Sighting& sighting, std::int64_t since_ns) {
  const auto now = os::see_again(sighting.path, sighting.of);
  Seen seen{split_path(sighting.path).second, sighting.of, sighting.what, {}};
  if (!now && sighting.what == What::way) {
    seen.what = What::nothing;  // of a path that leads nowhere
    return seen;
  }
  if (now.has_value() != (sighting.what != What::nothing)) {
    return std::nullopt;
  }
  if (now) {
    seen.stat = what_counts(*now, sighting.what);
    if (workspace::is_racy(seen.stat, since_ns)) {
      return std::nullopt;
    }
  }
  return seen;
}

/// From this many on it pays to open the directory first.
constexpr std::size_t kCrowd = 8;

bool is_directory_as_seen(const Directory& directory) {
  const fs::path path = directory.path;
  std::optional<os::Beneath> place;
  if (directory.seen.size() >= kCrowd) {
    place = os::Beneath::open(path, os::Beneath::Resolve::component_wise);
  }
  return std::all_of(directory.seen.begin(), directory.seen.end(), [&](const Seen& seen) {
    const bool is_plain =
        seen.of == Of::entry && !seen.name.empty() && seen.name != "." && seen.name != "..";
    return is_as_seen(
        seen,
        place && is_plain ? place->lstat(seen.name) : os::see_again(path / seen.name, seen.of));
  });
}

}  // namespace

codec::Bytes encode_settled(const SettledMemory& memory) {
  codec::ByteWriter out;
  out.put(codec::as_bytes(kMagic));
  out.put(memory.request);
  out.u32(static_cast<std::uint32_t>(memory.instances.size()));
  for (const auto& instance : memory.instances) {
    put_instance(out, instance);
  }
  out.u32(static_cast<std::uint32_t>(memory.directories.size()));
  for (const auto& directory : memory.directories) {
    put_text(out, directory.path);
    out.u32(static_cast<std::uint32_t>(directory.seen.size()));
    for (const auto& seen : directory.seen) {
      put_seen(out, seen);
    }
  }
  out.u32(codec::crc32c(out.bytes()));
  return out.take();
}

std::optional<SettledMemory> decode_settled(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kMagic.size() + kTrailerBytes ||
      codec::as_text(bytes.first(kMagic.size())) != kMagic) {
    return std::nullopt;
  }
  const auto body = bytes.first(bytes.size() - kTrailerBytes);
  codec::ByteReader trailer(bytes.last(kTrailerBytes), kName);
  if (trailer.u32() != codec::crc32c(body)) {
    return std::nullopt;
  }
  try {
    codec::ByteReader in(body.subspan(kMagic.size()), kName);
    return take_memory(in);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
    return std::nullopt;  // as one that is not there
  }
}

std::optional<std::vector<Directory>> see_all(const std::vector<os::Sighting>& sightings,
                                              std::int64_t since_ns) {
  std::map<std::string, std::vector<Seen>> all;
  for (const auto& sighting : sightings) {
    auto seen = see(sighting, since_ns);
    if (!seen) {
      return std::nullopt;
    }
    all[split_path(sighting.path).first].push_back(std::move(*seen));
  }
  std::vector<Directory> directories;
  directories.reserve(all.size());
  for (auto& [path, seen] : all) {
    directories.push_back({path, std::move(seen)});
  }
  return directories;
}

bool is_all_as_seen(const std::vector<Directory>& directories) {
  try {
    return std::all_of(directories.begin(), directories.end(), is_directory_as_seen);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::internal || error.kind() == ErrorKind::interrupted) {
      throw;
    }
    return false;  // what cannot be seen is not as it was: the full look says why
  }
}

}  // namespace mlops::pipeline
