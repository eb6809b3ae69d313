#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "codec/sha256.h"

namespace mlops::codec {

/// RFC 2104 over SHA-256.
Digest hmac_sha256(std::span<const std::uint8_t> key, std::span<const std::uint8_t> text);

/// RFC 4648, with padding.
std::string base64(std::span<const std::uint8_t> bytes);

}  // namespace mlops::codec
