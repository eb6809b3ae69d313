#include "codec/sha256.h"

#include <new>
#include <string>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/error.h"

namespace mlops::codec {

namespace {

[[noreturn]] void throw_openssl_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(code);
  throw Error(ErrorKind::internal,
              "OpenSSL cannot compute SHA-256: " + std::string(reason != nullptr ? reason : "?"));
}

// Fetched once, because a look-up takes longer than hashing a small object, and kept for ever,
// because other threads may still hash while the process ends.
const EVP_MD* algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
  if (fetched == nullptr) {
    throw_openssl_error();
  }
  return fetched;
}

}  // namespace

struct Sha256::State {
  struct Free {
    void operator()(EVP_MD_CTX* owned) const { EVP_MD_CTX_free(owned); }
  };

  std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};

  void start() {
    if (EVP_DigestInit_ex2(context.get(), algorithm(), nullptr) != 1) {
      throw_openssl_error();
    }
  }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  if (!state_->context) {
    throw std::bad_alloc();
  }
  state_->start();
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::span<const std::uint8_t> bytes) {
  if (EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) != 1) {
    throw_openssl_error();
  }
}

Digest Sha256::finish() {
  Digest digest{};
  unsigned int size = 0;
  if (EVP_DigestFinal_ex(state_->context.get(), digest.data(), &size) != 1 ||
      size != digest.size()) {
    throw_openssl_error();
  }
  state_->start();
  return digest;
}

Digest sha256(std::span<const std::uint8_t> bytes) {
  thread_local Sha256 hasher;
  hasher.update(bytes);
  return hasher.finish();
}

}  // namespace mlops::codec
