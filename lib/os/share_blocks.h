#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "os/fd.h"

namespace mlops::os {

/// Files of one file system that share blocks (reflinks). Offsets and lengths are multiples of
/// kBlockBytes, and a length is never 0, which for the kernel means "to the end of the file". Any
/// thread.

/// No file system that shares has larger blocks where pages have 4 KiB.
inline constexpr std::uint64_t kBlockBytes = 4096;

struct FileRange {
  const Fd& file;
  std::uint64_t offset = 0;
};
/// Gives `to` the bytes of `from` by sharing their blocks (FICLONERANGE), of what is not written to
/// the disk yet after that. False when the file system cannot: the caller writes. Whether the right
/// bytes arrived is the caller's to check.
bool share_range(const FileRange& from, const FileRange& to, std::uint64_t length);
/// The same, or else by a copy inside the kernel (copy_file_range). False when it can do neither,
/// or not all of it.
bool copy_range(const FileRange& from, const FileRange& to, std::uint64_t length);

/// All bytes at `offset`; the descriptor's own position stays. Error{io} with `name`.
void pwrite_full(const Fd& fd,
                 std::span<const std::uint8_t> bytes,
                 std::uint64_t offset,
                 const std::filesystem::path& name);

}  // namespace mlops::os
