#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace mlops::codec {

/// Undoes a compression piece by piece, in memory that the input cannot choose. How much comes out
/// is for the caller to bound. One thread.
class Decoder {
 public:
  virtual ~Decoder() = default;
  /// Decodes from the front of `in`, which it moves on, to the front of `out`, and returns how many
  /// bytes it wrote. None, with `in` empty: more input is needed. Error{corrupt} for what cannot be
  /// decoded, and for bytes behind the end.
  virtual std::size_t decode(std::span<const std::uint8_t>& in, std::span<std::uint8_t> out) = 0;
  /// Error{corrupt} when the input so far ends in the middle, or was empty.
  virtual void finish() const = 0;
};

/// RFC 1952; several members are read as one, the sums of each are verified.
std::unique_ptr<Decoder> open_gzip_decoder();
/// RFC 1951, bare: a member of a zip file.
std::unique_ptr<Decoder> open_deflate_decoder();

/// What zstd itself decodes unless told otherwise.
constexpr unsigned kMaxZstdWindowLog = 27;
/// RFC 8878; several frames are read as one, skippable ones are skipped, a larger window than
/// 2^kMaxZstdWindowLog bytes and a dictionary are refused.
std::unique_ptr<Decoder> open_zstd_decoder();

/// The sum of gzip and zip, over bytes that follow those whose sum is `before`.
std::uint32_t crc32(std::uint32_t before, std::span<const std::uint8_t> bytes);

}  // namespace mlops::codec
