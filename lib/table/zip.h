#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "os/fd.h"
#include "table/table.h"

namespace mlops::table {

/// A file in a zip file.
struct ZipMember {
  std::string name;
  bool is_deflated = false;
  std::uint64_t begin = 0;   ///< of its bytes as they are stored
  std::uint64_t stored = 0;  ///< how many they are
  std::uint64_t size = 0;    ///< decompressed
  std::uint32_t crc = 0;     ///< of the bytes decompressed
};

/// The members of a zip file that means one thing only: its directory lies directly before its end,
/// each member lies before the directory and none in another, what stands before a member is what
/// the directory says, names stand once and are UTF-8 without directories, nothing is encrypted,
/// and bytes are stored or deflated. Readers differ in what they make of others. Ours and not
/// minizip's because that tells neither where a header lies nor what it says where the directory
/// disagrees. Error{config}.
std::vector<ZipMember> read_zip_directory(const os::Fd& fd, const Source& source);

}  // namespace mlops::table
