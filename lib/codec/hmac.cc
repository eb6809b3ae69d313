#include "codec/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/error.h"

namespace mlops::codec {

Digest hmac_sha256(std::span<const std::uint8_t> key, std::span<const std::uint8_t> text) {
  Digest digest{};
  unsigned int size = 0;
  const auto* done = HMAC(EVP_sha256(),
                          key.data(),
                          static_cast<int>(key.size()),
                          text.data(),
                          text.size(),
                          digest.data(),
                          &size);
  if (done == nullptr || size != digest.size()) {
    throw Error(ErrorKind::internal, "HMAC with SHA-256 is not available");
  }
  return digest;
}

std::string base64(std::span<const std::uint8_t> bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP ends it with a NUL
  const int size = EVP_EncodeBlock(
      reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

}  // namespace mlops::codec
