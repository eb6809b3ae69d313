#include "base/utf8.h"

#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "base/text.h"

using mlops::decode_utf8;
using mlops::is_utf8;

namespace {

std::string encode(std::uint32_t code) {
  std::string out;
  const auto tail = [&](unsigned shift) {
    out += static_cast<char>(0x80U | ((code >> shift) & 0x3FU));
  };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | (code >> 6U));
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0U | (code >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (code >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
  return out;
}

}  // namespace

TEST_CASE("every code point but the surrogates is decoded") {
  for (std::uint32_t code = 0; code <= 0x10FFFF; ++code) {
    const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
    const std::string text = encode(code);
    const mlops::Utf8Char decoded = decode_utf8(text);
    const bool is_right =
        is_surrogate ? !decoded.valid && decoded.length == 1
                     : decoded.valid && decoded.code == code && decoded.length == text.size();
    if (!is_right) {
      FAIL("code point " << code);
    }
  }
}

TEST_CASE("malformed sequences are not UTF-8") {
  CHECK_FALSE(is_utf8("\x80"));
  CHECK_FALSE(is_utf8("\xBF"));
  CHECK_FALSE(is_utf8("\xC0\x80"));          // overlong NUL
  CHECK_FALSE(is_utf8("\xC1\xBF"));          // overlong
  CHECK_FALSE(is_utf8("\xE0\x9F\xBF"));      // overlong
  CHECK_FALSE(is_utf8("\xF0\x8F\xBF\xBF"));  // overlong
  CHECK_FALSE(is_utf8("\xED\xBF\xBF"));      // surrogate
  CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
  CHECK_FALSE(is_utf8("\xF8\x88\x80\x80\x80"));
  CHECK_FALSE(is_utf8("\xFE"));
  CHECK_FALSE(is_utf8("a\xE2\x82"));  // cut
  CHECK(is_utf8(""));
  CHECK(is_utf8(std::string_view("a\0b", 3)));
  CHECK(is_utf8("\xF4\x8F\xBF\xBF"));
}

TEST_CASE("a byte that is no UTF-8 is found wherever it stands") {
  for (std::size_t at = 0; at < 40; ++at) {
    std::string text(40, 'a');
    CHECK(is_utf8(text));
    text[at] = '\xFF';
    CHECK_FALSE(is_utf8(text));
    text.replace(at, 1, "\u20ac");
    CHECK(is_utf8(text));
    CHECK_FALSE(is_utf8(std::string_view(text).substr(0, at + 2)));
  }
}
