#include "pipeline/record_hash.h"

#include <vector>

#include "base/hex.h"
#include "codec/bytes.h"
#include "os/file.h"

namespace mlops::pipeline {

namespace {

constexpr std::size_t kBufferBytes = 256U << 10U;

}  // namespace

RecordHash& RecordHash::add(std::string_view text) {
  codec::ByteWriter length;
  length.u64(text.size());
  hash_.update(length.bytes());
  hash_.update(codec::as_bytes(text));
  return *this;
}

std::string RecordHash::hex() {
  return to_hex(hash_.finish());
}

std::string digest_of_file(const std::filesystem::path& path, const CancelToken& cancel) {
  const auto fd = os::open_read(path);
  codec::Sha256 hash;
  std::vector<std::uint8_t> buffer(kBufferBytes);
  for (;;) {
    cancel.check();
    const auto count = os::read_full(fd, buffer, path);
    hash.update(std::span(buffer).first(count));
    if (count < buffer.size()) {
      return to_hex(hash.finish());
    }
  }
}

}  // namespace mlops::pipeline
