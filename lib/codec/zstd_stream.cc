#include <memory>
#include <new>
#include <string>

#include <zstd.h>
#include <zstd_errors.h>

#include "base/error.h"
#include "codec/decoder.h"

namespace mlops::codec {
namespace {

struct FreeStream {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

class ZstdDecoder final : public Decoder {
 public:
  ZstdDecoder() : context_(ZSTD_createDCtx()) {
    if (context_ == nullptr) {
      throw std::bad_alloc();
    }
    ZSTD_DCtx_setParameter(
        context_.get(), ZSTD_d_windowLogMax, static_cast<int>(kMaxZstdWindowLog));
  }

  std::size_t decode(std::span<const std::uint8_t>& in, std::span<std::uint8_t> out) override {
    if (in.empty() && (at_end_ || !has_begun_)) {
      return 0;
    }
    has_begun_ = true;
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    const std::size_t wanted = ZSTD_decompressStream(context_.get(), &output, &input);
    in = in.subspan(input.pos);
    if (ZSTD_isError(wanted) != 0) {
      refuse(wanted);
    }
    at_end_ = wanted == 0;
    is_first_ = is_first_ && !at_end_;
    return output.pos;
  }

  void finish() const override {
    if (!at_end_) {
      throw Error(
          ErrorKind::corrupt,
          has_begun_ ? "the compressed bytes are cut off" : "there are no compressed bytes");
    }
  }

 private:
  [[noreturn]] void refuse(std::size_t result) const {
    const ZSTD_ErrorCode code = ZSTD_getErrorCode(result);
    if (code == ZSTD_error_memory_allocation) {
      throw std::bad_alloc();
    }
    if (code == ZSTD_error_frameParameter_windowTooLarge) {
      throw Error(ErrorKind::corrupt, "the compressed bytes want a window of more than 128 MiB");
    }
    if (!is_first_ && code == ZSTD_error_prefix_unknown) {
      throw Error(ErrorKind::corrupt, "what follows the compressed bytes is no zstd");
    }
    throw Error(
        ErrorKind::corrupt,
        std::string("the compressed bytes are damaged (") + ZSTD_getErrorName(result) + ")");
  }

  std::unique_ptr<ZSTD_DCtx, FreeStream> context_;
  bool has_begun_ = false;
  bool at_end_ = false;
  bool is_first_ = true;
};

}  // namespace

std::unique_ptr<Decoder> open_zstd_decoder() {
  return std::make_unique<ZstdDecoder>();
}

}  // namespace mlops::codec
