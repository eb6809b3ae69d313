#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

namespace mlops::codec {

/// Streaming MD5 (OpenSSL). Only to hold the files of another tool against the names that it gave
/// them: nothing of ours is named by it. One thread at a time; Error{internal} where OpenSSL has
/// no MD5 (FIPS).
class Md5 {
 public:
  Md5();
  ~Md5();
  Md5(Md5&&) noexcept;
  Md5& operator=(Md5&&) noexcept;
  void update(std::span<const std::uint8_t> bytes);
  /// The digest of all updates; the object then starts anew.
  std::array<std::uint8_t, 16> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mlops::codec
