#include "table/text_stream.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"

namespace mlops::table {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 18U;

std::unique_ptr<codec::Decoder> open_decoder(Compression compression) {
  switch (compression) {
    case Compression::none:
      break;
    case Compression::gzip:
      return codec::open_gzip_decoder();
    case Compression::zstd:
      return codec::open_zstd_decoder();
  }
  return nullptr;
}

std::string_view as_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

TextStream::TextStream(const os::Fd& fd, const Source& source, os::TempFile* copy)
    : fd_(fd),
      source_(source),
      copy_(copy),
      decoder_(open_decoder(source.compression)),
      block_(kBlockBytes),
      plain_(decoder_ != nullptr ? kBlockBytes : 0) {}

std::string_view TextStream::next() {
  const std::string_view text = decoder_ != nullptr ? decode() : read();
  if (copy_ != nullptr) {
    copy_->write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  return text;
}

std::string_view TextStream::read() {
  const std::size_t count = os::pread_full(fd_, block_, offset_, source_.path);
  offset_ += count;
  return as_text(std::span(block_).first(count));
}

std::string_view TextStream::decode() {
  try {
    for (;;) {
      bool at_end = false;
      if (rest_.empty()) {
        const std::string_view block = read();
        rest_ = std::span<const std::uint8_t>(block_).first(block.size());
        at_end = block.empty();
      }
      // At the end, too: what was read may stand for more than fitted.
      const std::size_t count = decoder_->decode(rest_, plain_);
      decoded_ += count;
      bound();
      if (count > 0) {
        return as_text(std::span(plain_).first(count));
      }
      if (at_end) {
        decoder_->finish();
        return {};
      }
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
    throw Error(ErrorKind::config,
                fmt::format("{} cannot be decompressed: {}", quote(source_.name), error.message()),
                "compress it again, or give it as it is");
  }
}

void TextStream::bound() const {
  const std::uint64_t most = std::max(kSmallText, offset_ * kMaxExpansion);
  if (decoded_ > most) {
    throw Error(
        ErrorKind::config,
        fmt::format(
            "{} decompresses to more than {} times its size", quote(source_.name), kMaxExpansion),
        "if it is to be trusted, decompress it first");
  }
}

}  // namespace mlops::table
