#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mlops::store {

/// Content-defined chunking, profile 1 (frozen; test vectors in mlops-store(5)): Gear rolling hash,
/// normalised as FastCDC (Xia et al., USENIX ATC 2016), min 16 KiB, average 64 KiB, max 256 KiB.
struct ChunkerProfile {
  static constexpr std::size_t kMin = 16U << 10U;
  static constexpr std::size_t kAverage = 64U << 10U;
  static constexpr std::size_t kMax = 256U << 10U;
};

/// The Gear table: first 8 bytes, little-endian, of SHA-256("mlops chunker profile 1" + byte).
std::uint64_t gear_value(std::uint8_t byte);

/// Length of the first chunk of `data`. `data` holds at least kMax bytes, or the end of the file.
/// Depends on these bytes alone. Whether a position may be a cut depends on the 64 bytes before it
/// and its distance from the chunk's start, which is never below kMin: so it makes no difference
/// whether the hash starts anew with each chunk, and many threads can look for candidates.
std::size_t cut(std::span<const std::uint8_t> data);

/// Ends of all chunks of a whole buffer; empty for an empty buffer.
std::vector<std::size_t> cut_all(std::span<const std::uint8_t> data);

}  // namespace mlops::store
