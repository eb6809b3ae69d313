#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "codec/bytes.h"
#include "codec/sha256.h"
#include "os/sightings.h"
#include "pipeline/run.h"

namespace mlops::pipeline {

/// What a run that found all of its instances as they should be had looked at, and what it said:
/// one that finds all of that the same says the same, without looking further. Derived and
/// discardable: a damaged, foreign or missing file is no memory.
///
/// File, little-endian; a text is u32 length and bytes: magic "MLSETTL1", 32 bytes request, u32
/// instances {text id, u8 state (0 hit, 1 skipped), text reason, text grade}, u32 directories by
/// ascending path {text path, u32 entries {text name, u8 what (0 nothing there, 1 something, 2 way,
/// 3 names) plus 4 where a link is followed, and where something is there u8 kind, u32 mode, u32
/// owner, u64 size, dev, ino, nlink, i64 mtime, ctime}}, u32 CRC-32C over all before it.
struct SettledMemory {
  struct Seen {
    std::string name;
    os::Sighting::Of of = os::Sighting::Of::entry;
    os::Sighting::What what = os::Sighting::What::nothing;
    os::FileStat stat;  ///< unless nothing is there
    friend bool operator==(const Seen&, const Seen&) = default;
  };
  struct Directory {
    std::string path;  ///< absolute
    std::vector<Seen> seen;
    friend bool operator==(const Directory&, const Directory&) = default;
  };
  codec::Digest request{};  ///< what was asked, and by whom
  std::vector<InstanceResult> instances;
  std::vector<Directory> directories;
};

codec::Bytes encode_settled(const SettledMemory& memory);
std::optional<SettledMemory> decode_settled(std::span<const std::uint8_t> bytes);

/// What lies now at what was seen. Nothing when one of it is not as it was seen, or may still
/// change without a trace: it changed within a tick of the clock before `since_ns`, when the look
/// began.
std::optional<std::vector<SettledMemory::Directory>> see_all(
    const std::vector<os::Sighting>& sightings, std::int64_t since_ns);
/// Whether all of it is as it was. Looks at each once; stops at the first that is not.
bool is_all_as_seen(const std::vector<SettledMemory::Directory>& directories);

}  // namespace mlops::pipeline
