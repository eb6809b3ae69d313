#include "codec/md5.h"

#include "codec/evp_digest.h"

namespace mlops::codec {

namespace {

/// Kept for ever, as that of SHA-256.
const EVP_MD* md5_algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "MD5", nullptr);
  return fetched;
}

}  // namespace

struct Md5::State {
  EvpDigest digest{md5_algorithm()};
};

Md5::Md5() : state_(std::make_unique<State>()) {}
Md5::~Md5() = default;
Md5::Md5(Md5&&) noexcept = default;
Md5& Md5::operator=(Md5&&) noexcept = default;

void Md5::update(std::span<const std::uint8_t> bytes) {
  state_->digest.update(bytes);
}

std::array<std::uint8_t, 16> Md5::finish() {
  std::array<std::uint8_t, 16> digest{};
  state_->digest.finish(digest);
  return digest;
}

}  // namespace mlops::codec
