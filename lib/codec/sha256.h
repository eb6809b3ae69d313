#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

namespace mlops::codec {

using Digest = std::array<std::uint8_t, 32>;

/// Streaming SHA-256 (OpenSSL, SHA-NI where the processor has it). One thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void update(std::span<const std::uint8_t> bytes);
  /// The digest of all updates; the object then starts anew.
  Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Digest sha256(std::span<const std::uint8_t> bytes);

}  // namespace mlops::codec
