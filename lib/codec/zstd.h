#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace mlops::codec {

using Bytes = std::vector<std::uint8_t>;

/// One zstd frame with its content size and no dictionary.
Bytes zstd_compress(std::span<const std::uint8_t> plain, int level);

/// Decodes exactly one frame into exactly out.size() bytes. Error{corrupt} on anything else:
/// another size, a missing content size, a dictionary id, a skippable or second frame, trailing
/// bytes, a window larger than the output. Memory is bounded by the output, whatever the frame
/// claims.
void zstd_decompress(std::span<const std::uint8_t> frame, std::span<std::uint8_t> out);

}  // namespace mlops::codec
