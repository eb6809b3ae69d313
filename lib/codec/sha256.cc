#include "codec/sha256.h"

#include "codec/evp_digest.h"

namespace mlops::codec {

namespace {

// Fetched once, because a look-up takes longer than hashing a small object, and kept for ever,
// because other threads may still hash while the process ends.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
  return fetched;
}

}  // namespace

struct Sha256::State {
  EvpDigest digest{sha256_algorithm()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::span<const std::uint8_t> bytes) {
  state_->digest.update(bytes);
}

Digest Sha256::finish() {
  Digest digest{};
  state_->digest.finish(digest);
  return digest;
}

Digest sha256(std::span<const std::uint8_t> bytes) {
  thread_local Sha256 hasher;
  hasher.update(bytes);
  return hasher.finish();
}

}  // namespace mlops::codec
