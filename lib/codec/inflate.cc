#include <algorithm>
#include <limits>
#include <new>
#include <string>

// Without it zlib takes its input by pointers to what it may write to.
#define ZLIB_CONST
#include <zlib.h>

#include "base/error.h"
#include "codec/decoder.h"

namespace mlops::codec {
namespace {

constexpr int kWindowBits = 15;
constexpr int kGzip = 16;  // added: a gzip header and trailer, and nothing else

enum class Wrapping { gzip, none };

uInt clamp(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

class InflateDecoder final : public Decoder {
 public:
  explicit InflateDecoder(Wrapping wrapping) : wrapping_(wrapping) {
    const int bits = wrapping == Wrapping::gzip ? kWindowBits + kGzip : -kWindowBits;
    if (inflateInit2(&stream_, bits) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~InflateDecoder() override { inflateEnd(&stream_); }
  InflateDecoder(const InflateDecoder&) = delete;
  InflateDecoder& operator=(const InflateDecoder&) = delete;

  std::size_t decode(std::span<const std::uint8_t>& in, std::span<std::uint8_t> out) override {
    if (in.empty() && (at_end_ || !has_begun_)) {
      return 0;
    }
    if (at_end_) {
      begin_next_member();
    }
    has_begun_ = true;
    stream_.next_in = in.data();
    stream_.avail_in = clamp(in.size());
    stream_.next_out = out.data();
    stream_.avail_out = clamp(out.size());
    const int status = inflate(&stream_, Z_NO_FLUSH);
    in = in.subspan(static_cast<std::size_t>(stream_.next_in - in.data()));
    if (status == Z_MEM_ERROR) {
      throw std::bad_alloc();
    }
    at_end_ = status == Z_STREAM_END;
    // Z_BUF_ERROR is no error: there was nothing to do.
    if (!at_end_ && status != Z_OK && status != Z_BUF_ERROR) {
      refuse(stream_.msg != nullptr ? stream_.msg : "it needs a dictionary");
    }
    return static_cast<std::size_t>(stream_.next_out - out.data());
  }

  void finish() const override {
    if (!at_end_) {
      throw Error(
          ErrorKind::corrupt,
          has_begun_ ? "the compressed bytes are cut off" : "there are no compressed bytes");
    }
  }

 private:
  void begin_next_member() {
    if (wrapping_ == Wrapping::none) {
      throw Error(ErrorKind::corrupt, "bytes follow the compressed ones");
    }
    inflateReset(&stream_);
    is_first_ = false;
  }

  [[noreturn]] void refuse(const char* reason) const {
    // zlib says so of whatever does not begin as gzip.
    if (!is_first_ && std::string_view(reason) == "incorrect header check") {
      throw Error(ErrorKind::corrupt, "what follows the compressed bytes is no gzip");
    }
    throw Error(ErrorKind::corrupt,
                std::string("the compressed bytes are damaged (") + reason + ")");
  }

  z_stream stream_ = {};
  Wrapping wrapping_;
  bool has_begun_ = false;
  bool at_end_ = false;
  bool is_first_ = true;
};

}  // namespace

std::unique_ptr<Decoder> open_gzip_decoder() {
  return std::make_unique<InflateDecoder>(Wrapping::gzip);
}

std::unique_ptr<Decoder> open_deflate_decoder() {
  return std::make_unique<InflateDecoder>(Wrapping::none);
}

std::uint32_t crc32(std::uint32_t before, std::span<const std::uint8_t> bytes) {
  return static_cast<std::uint32_t>(crc32_z(before, bytes.data(), bytes.size()));
}

}  // namespace mlops::codec
