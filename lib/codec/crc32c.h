#pragma once

#include <cstdint>
#include <span>

namespace mlops::codec {

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4): tells accidental damage of headers and caches from
/// a format error. Not a defence against an attacker; ids are.
std::uint32_t crc32c(std::span<const std::uint8_t> bytes);
/// The same number without instructions of the processor: for machines without them and for tests.
std::uint32_t crc32c_portable(std::span<const std::uint8_t> bytes);

}  // namespace mlops::codec
