#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlops::remote {

/// Everything but A-Z a-z 0-9 - . _ ~ as %XX; slashes stay where it says so.
enum class Slashes { encode, keep };
std::string encode_uri(std::string_view text, Slashes slashes);
/// "%20" → a space, once; nothing when a '%' is not followed by two hex digits.
std::optional<std::string> decode_uri(std::string_view text);
/// "a=1&b=2", sorted and encoded.
std::string encode_query(std::vector<std::pair<std::string, std::string>> query);

}  // namespace mlops::remote
