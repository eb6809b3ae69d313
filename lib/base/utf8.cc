#include "base/utf8.h"

#include <cstring>

#include "base/text.h"

namespace mlops {

namespace {

struct Lead {
  std::size_t length;
  std::uint32_t bits;
  std::uint32_t smallest;  ///< smaller code points have a shorter form
};

Lead lead_of(std::uint8_t byte) {
  if ((byte & 0xE0U) == 0xC0U) {
    return {2, byte & 0x1FU, 0x80};
  }
  if ((byte & 0xF0U) == 0xE0U) {
    return {3, byte & 0x0FU, 0x800};
  }
  if ((byte & 0xF8U) == 0xF0U) {
    return {4, byte & 0x07U, 0x10000};
  }
  return {0, 0, 0};
}

// Nearly all text is ASCII: how many bytes at its front are, in eights.
std::size_t ascii_words(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080;
  std::size_t at = 0;
  for (std::uint64_t word = 0; text.size() - at >= sizeof(word); at += sizeof(word)) {
    std::memcpy(&word, text.data() + at, sizeof(word));
    if ((word & kHighBits) != 0) {
      break;
    }
  }
  return at;
}

}  // namespace

Utf8Char decode_utf8(std::string_view text) {
  const auto first = static_cast<std::uint8_t>(text.front());
  if (first < 0x80) {
    return {first, 1, true};
  }
  const Utf8Char invalid{first, 1, false};
  const Lead lead = lead_of(first);
  if (lead.length == 0 || text.size() < lead.length) {
    return invalid;
  }
  std::uint32_t code = lead.bits;
  for (std::size_t i = 1; i < lead.length; ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    if ((byte & 0xC0U) != 0x80U) {
      return invalid;
    }
    code = (code << 6U) | (byte & 0x3FU);
  }
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < lead.smallest || code > 0x10FFFF || is_surrogate) {
    return invalid;
  }
  return {code, lead.length, true};
}

bool is_utf8(std::string_view text) {
  for (text.remove_prefix(ascii_words(text)); !text.empty();) {
    const Utf8Char next = decode_utf8(text);
    if (!next.valid) {
      return false;
    }
    text.remove_prefix(next.length);
    text.remove_prefix(ascii_words(text));
  }
  return true;
}

}  // namespace mlops
