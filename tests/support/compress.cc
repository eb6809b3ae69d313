#include "support/compress.h"

#include <memory>
#include <stdexcept>

#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

namespace mlops::test {
namespace {

std::string deflate_with(std::string_view plain, int window_bits) {
  z_stream stream = {};
  if (deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("zlib cannot be set up");
  }
  std::string out(deflateBound(&stream, static_cast<uLong>(plain.size())), '\0');
  stream.next_in = reinterpret_cast<const Bytef*>(plain.data());
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) {
    throw std::runtime_error("zlib cannot compress");
  }
  return out;
}

}  // namespace

std::string gzip_of(std::string_view plain) {
  return deflate_with(plain, 15 + 16);
}

std::string deflate_of(std::string_view plain) {
  return deflate_with(plain, -15);
}

std::string zstd_of(std::string_view plain, int window_log) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                     &ZSTD_freeCCtx);
  std::string out(ZSTD_compressBound(plain.size()), '\0');
  if (window_log != 0) {
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, window_log);
    // Else zstd makes the window as small as the content.
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_contentSizeFlag, 0);
    ZSTD_inBuffer input{plain.data(), plain.size(), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    ZSTD_compressStream2(context.get(), &output, &input, ZSTD_e_flush);
    const std::size_t left = ZSTD_compressStream2(context.get(), &output, &input, ZSTD_e_end);
    if (left != 0) {
      throw std::runtime_error("zstd cannot compress");
    }
    out.resize(output.pos);
    return out;
  }
  const std::size_t size =
      ZSTD_compress2(context.get(), out.data(), out.size(), plain.data(), plain.size());
  if (ZSTD_isError(size) != 0) {
    throw std::runtime_error("zstd cannot compress");
  }
  out.resize(size);
  return out;
}

}  // namespace mlops::test
