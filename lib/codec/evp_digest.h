#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/error.h"

namespace mlops::codec {

/// A digest that OpenSSL computes. Header of sources only.
class EvpDigest {
 public:
  /// `algorithm` as EVP_MD_fetch gives it; null, its failure, is thrown.
  explicit EvpDigest(const EVP_MD* algorithm) : algorithm_(algorithm) {
    if (algorithm_ == nullptr) {
      fail();
    }
    if (!context_) {
      throw std::bad_alloc();
    }
    start();
  }

  void update(std::span<const std::uint8_t> bytes) {
    if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) {
      fail();
    }
  }

  /// Fills `digest`, which has the algorithm's size, and starts anew.
  void finish(std::span<std::uint8_t> digest) {
    unsigned int size = 0;
    if (EVP_DigestFinal_ex(context_.get(), digest.data(), &size) != 1 || size != digest.size()) {
      fail();
    }
    start();
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* owned) const { EVP_MD_CTX_free(owned); }
  };

  void start() {
    if (EVP_DigestInit_ex2(context_.get(), algorithm_, nullptr) != 1) {
      fail();
    }
  }

  [[noreturn]] static void fail() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    const char* reason = ERR_reason_error_string(code);
    throw Error(
        ErrorKind::internal,
        "OpenSSL cannot compute a digest: " + std::string(reason != nullptr ? reason : "?"));
  }

  const EVP_MD* algorithm_;
  std::unique_ptr<EVP_MD_CTX, Free> context_{EVP_MD_CTX_new()};
};

}  // namespace mlops::codec
