#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "config/toml.h"

namespace mlops::config {

std::string to_string(const Position& position) {
  std::string text =
      position.line == 0 ? position.file : fmt::format("{}:{}", position.file, position.line);
  return position.key.empty() ? text : text + ": " + position.key;
}

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20U || byte == 0x7fU) {
      out += fmt::format("\\u{:04X}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string toml_key(std::string_view key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return c == '_' || c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
  });
  return bare ? std::string(key) : toml_string(key);
}

}  // namespace mlops::config
