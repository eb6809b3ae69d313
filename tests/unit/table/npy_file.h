#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "codec/bytes.h"
#include "codec/decoder.h"
#include "support/compress.h"

namespace mlops::test {

/// An NPY file of format 1.0 with this header and these bytes behind it.
inline std::string npy_of(std::string_view header, std::string_view data) {
  std::string file("\x93NUMPY\x01\x00", 8);
  file.push_back(static_cast<char>(header.size() & 0xFFU));
  file.push_back(static_cast<char>(header.size() >> 8U));
  return file.append(header).append(data);
}
inline std::string npy_of(std::string_view type, std::string_view shape, std::string_view data) {
  std::string header = "{'descr': '";
  header.append(type).append("', 'fortran_order': False, 'shape': ").append(shape).append(", }\n");
  return npy_of(header, data);
}

/// Numbers as they lie in the memory of this machine.
template <typename Number>
std::string bytes_of(const std::vector<Number>& numbers) {
  std::string bytes(numbers.size() * sizeof(Number), '\0');
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

/// A member of a zip file, and what its headers may lie about.
struct ZipEntry {
  std::string name = {};
  std::string content = {};
  bool is_deflated = false;
  std::uint32_t crc_error = 0;
  std::uint16_t flags = 0;
  std::uint16_t method_error = 0;
  std::uint32_t size_error = 0;        ///< in both headers
  std::uint32_t local_size_error = 0;  ///< only in that before the member
  std::string local_name = {};         ///< if another stands there
  bool is_zip64 = false;               ///< sizes before the member as numpy writes them
  int same_place_as = -1;              ///< the directory names another member's place
};

inline std::string zip_of(const std::vector<ZipEntry>& entries) {
  codec::ByteWriter file;
  codec::ByteWriter directory;
  std::vector<std::uint32_t> places;
  const auto put_text = [](codec::ByteWriter& to, std::string_view text) {
    to.put(codec::as_bytes(text));
  };
  for (const ZipEntry& entry : entries) {
    const std::string stored = entry.is_deflated ? deflate_of(entry.content) : entry.content;
    const std::uint32_t crc = codec::crc32(0, codec::as_bytes(entry.content)) ^ entry.crc_error;
    const auto size = static_cast<std::uint32_t>(entry.content.size()) + entry.size_error;
    const auto packed = static_cast<std::uint32_t>(stored.size());
    const auto method =
        static_cast<std::uint16_t>((entry.is_deflated ? 8 : 0) ^ entry.method_error);
    const std::string local_name = entry.local_name.empty() ? entry.name : entry.local_name;
    places.push_back(entry.same_place_as < 0
                         ? static_cast<std::uint32_t>(file.size())
                         : places[static_cast<std::size_t>(entry.same_place_as)]);
    file.u32(0x04034B50);
    file.u16(20);
    file.u16(entry.flags);
    file.u16(method);
    file.u32(0);
    file.u32(crc);
    file.u32(entry.is_zip64 ? 0xFFFF'FFFF : packed);
    file.u32(entry.is_zip64 ? 0xFFFF'FFFF : size + entry.local_size_error);
    file.u16(static_cast<std::uint16_t>(local_name.size()));
    file.u16(entry.is_zip64 ? 20 : 0);
    put_text(file, local_name);
    if (entry.is_zip64) {
      file.u16(1);
      file.u16(16);
      file.u64(size + entry.local_size_error);
      file.u64(packed);
    }
    put_text(file, stored);
    directory.u32(0x02014B50);
    directory.u32(20);
    directory.u16(entry.flags);
    directory.u16(method);
    directory.u32(0);
    directory.u32(crc);
    directory.u32(packed);
    directory.u32(size);
    directory.u16(static_cast<std::uint16_t>(entry.name.size()));
    directory.u32(0);  // extra, comment
    directory.u64(0);  // disk, attributes
    directory.u32(places.back());
    put_text(directory, entry.name);
  }
  const auto offset = static_cast<std::uint32_t>(file.size());
  file.put(directory.bytes());
  file.u32(0x06054B50);
  file.u32(0);
  file.u16(static_cast<std::uint16_t>(entries.size()));
  file.u16(static_cast<std::uint16_t>(entries.size()));
  file.u32(static_cast<std::uint32_t>(directory.size()));
  file.u32(offset);
  file.u16(0);
  return std::string(codec::as_text(file.bytes()));
}

}  // namespace mlops::test
