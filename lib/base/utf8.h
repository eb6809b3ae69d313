#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mlops {

/// One step through bytes that should be UTF-8.
struct Utf8Char {
  std::uint32_t code = 0;  ///< the code point, or the byte itself when it is not valid
  std::size_t length = 1;  ///< bytes taken; 1 when not valid
  bool valid = false;
};

/// The first character of `text`, which must not be empty. Valid as RFC 3629 says: shortest form,
/// no surrogates, nothing beyond U+10FFFF.
Utf8Char decode_utf8(std::string_view text);

}  // namespace mlops
