#include "remote/uri.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "base/hex.h"
#include "base/text.h"

namespace mlops::remote {

std::string encode_uri(std::string_view text, Slashes slashes) {
  std::string encoded;
  for (const char c : text) {
    const bool is_plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~' ||
                          (c == '/' && slashes == Slashes::keep);
    if (is_plain) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return encoded;
}

std::optional<std::string> decode_uri(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    std::array<std::uint8_t, 1> byte{};
    if (!from_hex(to_lower_ascii(text.substr(i + 1, 2)), byte)) {
      return std::nullopt;
    }
    decoded += static_cast<char>(byte[0]);
    i += 2;
  }
  return decoded;
}

std::string encode_query(std::vector<std::pair<std::string, std::string>> query) {
  for (auto& [name, value] : query) {
    name = encode_uri(name, Slashes::encode);
    value = encode_uri(value, Slashes::encode);
  }
  std::sort(query.begin(), query.end());
  std::string text;
  for (const auto& [name, value] : query) {
    text += fmt::format("{}{}={}", text.empty() ? "" : "&", name, value);
  }
  return text;
}

}  // namespace mlops::remote
