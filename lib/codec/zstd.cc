#include "codec/zstd.h"

#include <new>
#include <string>

// For ZSTD_getFrameHeader alone: the stable calls do not tell the window, the frame type and the
// dictionary id before they decode.
#define ZSTD_STATIC_LINKING_ONLY
#include <fmt/format.h>
#include <zstd.h>

#include "base/error.h"

namespace mlops::codec {

namespace {

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

[[noreturn]] void refuse(const std::string& problem) {
  throw Error(ErrorKind::corrupt, "compressed bytes cannot be used: " + problem);
}

/// Refuses all that is not the one plain frame that zstd_compress writes.
void check_header(std::span<const std::uint8_t> frame, std::size_t expected_size) {
  ZSTD_frameHeader header{};
  const std::size_t missing = ZSTD_getFrameHeader(&header, frame.data(), frame.size());
  if (ZSTD_isError(missing) != 0) {
    refuse(std::string("no zstd frame (") + ZSTD_getErrorName(missing) + ")");
  }
  if (missing > 0) {
    refuse("the zstd frame ends in its header");
  }
  if (header.frameType != ZSTD_frame) {
    refuse("a skippable zstd frame");
  }
  if (header.frameContentSize == ZSTD_CONTENTSIZE_UNKNOWN) {
    refuse("the zstd frame does not tell its size");
  }
  if (header.frameContentSize != expected_size) {
    refuse(fmt::format(
        "the zstd frame holds {} bytes instead of {}", header.frameContentSize, expected_size));
  }
  if (header.dictID != 0) {
    refuse(fmt::format("the zstd frame needs dictionary {}", header.dictID));
  }
  if (header.windowSize > expected_size) {
    refuse(fmt::format("the zstd frame wants a window of {} bytes", header.windowSize));
  }
}

void check_is_single(std::span<const std::uint8_t> frame) {
  const std::size_t frame_size = ZSTD_findFrameCompressedSize(frame.data(), frame.size());
  if (ZSTD_isError(frame_size) != 0) {
    refuse(std::string("a damaged zstd frame (") + ZSTD_getErrorName(frame_size) + ")");
  }
  if (frame_size != frame.size()) {
    refuse(fmt::format("{} bytes follow the zstd frame", frame.size() - frame_size));
  }
}

}  // namespace

Bytes zstd_compress(std::span<const std::uint8_t> plain, int level) {
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  if (!context) {
    throw std::bad_alloc();
  }
  Bytes out(ZSTD_compressBound(plain.size()));
  const std::size_t size =
      ZSTD_compressCCtx(context.get(), out.data(), out.size(), plain.data(), plain.size(), level);
  if (ZSTD_isError(size) != 0) {
    throw Error(ErrorKind::internal,
                std::string("zstd cannot compress: ") + ZSTD_getErrorName(size));
  }
  out.resize(size);
  return out;
}

void zstd_decompress(std::span<const std::uint8_t> frame, std::span<std::uint8_t> out) {
  check_header(frame, out.size());
  check_is_single(frame);
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  if (!context) {
    throw std::bad_alloc();
  }
  // In one pass zstd decodes into `out` itself: no window is allocated.
  const std::size_t size =
      ZSTD_decompressDCtx(context.get(), out.data(), out.size(), frame.data(), frame.size());
  if (ZSTD_isError(size) != 0) {
    refuse(std::string("a damaged zstd frame (") + ZSTD_getErrorName(size) + ")");
  }
  if (size != out.size()) {
    refuse(fmt::format("the zstd frame decodes to {} bytes instead of {}", size, out.size()));
  }
}

}  // namespace mlops::codec
