#include "base/text.h"

#include <catch2/catch.hpp>

using mlops::escape_for_terminal;
using Views = std::vector<std::string_view>;

TEST_CASE("split keeps empty parts") {
  CHECK(mlops::split("", ',') == Views{""});
  CHECK(mlops::split("a", ',') == Views{"a"});
  CHECK(mlops::split("a,,b,", ',') == Views{"a", "", "b", ""});
  CHECK(mlops::split(std::string_view("a\0b", 3), '\0') == Views{"a", "b"});
}

TEST_CASE("join is the inverse of split") {
  CHECK(mlops::join({}, ", ").empty());
  CHECK(mlops::join({"a"}, ", ") == "a");
  CHECK(mlops::join({"", "a", ""}, "/") == "/a/");
}

TEST_CASE("trim takes ASCII white space at both ends") {
  CHECK(mlops::trim(" \t\r\n\v\f a b \n") == "a b");
  CHECK(mlops::trim("   ").empty());
  CHECK(mlops::trim("\xC2\xA0x") == "\xC2\xA0x");
}

TEST_CASE("to_lower_ascii leaves other bytes alone") {
  CHECK(mlops::to_lower_ascii("AZ[`az\xC3\x84") == "az[`az\xC3\x84");
}

TEST_CASE("plain text passes the terminal unchanged") {
  const char* const text = GENERATE("",
                                    "plain",
                                    "Gr\xC3\xBC\xC3\x9F"
                                    "e",
                                    "\xE6\x97\xA5\xE6\x9C\xAC",
                                    "\xF0\x9F\x98\x80",
                                    "back\\slash",
                                    "it's",
                                    "e\xCC\x81");
  CHECK(escape_for_terminal(text) == text);
}

TEST_CASE("what moves the cursor or deceives is escaped", "[case-18]") {
  CHECK(escape_for_terminal("\033[2J") == "\\x1b[2J");
  CHECK(escape_for_terminal("\033]52;c;ZXZpbA==\007") == "\\x1b]52;c;ZXZpbA==\\x07");
  CHECK(escape_for_terminal("\033]8;;http://x\033\\") == "\\x1b]8;;http://x\\x1b\\");
  CHECK(escape_for_terminal("a\rb\nc\td\be\177") == "a\\x0db\\x0ac\\x09d\\x08e\\x7f");
  CHECK(escape_for_terminal(std::string_view("a\0b", 3)) == "a\\x00b");
  CHECK(escape_for_terminal("\xC2\x9B"
                            "31m") == "\\u{9b}31m");                   // CSI as C1
  CHECK(escape_for_terminal("\xC2\x80\xC2\x9F") == "\\u{80}\\u{9f}");  // first and last C1
  CHECK(escape_for_terminal("\x9B"
                            "31m") ==
        "\\x9b"
        "31m");  // C1 as a bare byte
  CHECK(escape_for_terminal("a\xE2\x80\xAE"
                            "b") == "a\\u{202e}b");  // right-to-left override
  CHECK(escape_for_terminal("\xE2\x80\xAA\xE2\x80\xAD") == "\\u{202a}\\u{202d}");
  CHECK(escape_for_terminal("\xE2\x81\xA6\xE2\x81\xA9") == "\\u{2066}\\u{2069}");  // isolates
  CHECK(escape_for_terminal("\xE2\x80\x8E\xE2\x80\x8F") == "\\u{200e}\\u{200f}");  // marks
  CHECK(escape_for_terminal("\xD8\x9C") == "\\u{61c}");
  CHECK(escape_for_terminal("\xE2\x80\xA8\xE2\x80\xA9") == "\\u{2028}\\u{2029}");  // line breaks
}

TEST_CASE("bytes that are not UTF-8 are escaped one by one") {
  CHECK(escape_for_terminal("\xFF"
                            "a") ==
        "\\xff"
        "a");
  CHECK(escape_for_terminal("a\xC3") == "a\\xc3");
  CHECK(escape_for_terminal("\xC0\xAF") == "\\xc0\\xaf");
  CHECK(escape_for_terminal("\xED\xA0\x80") == "\\xed\\xa0\\x80");
  CHECK(escape_for_terminal("\xE6\x97"
                            "b") ==
        "\\xe6\\x97"
        "b");
}

TEST_CASE("whatever goes in, one line of valid UTF-8 comes out") {
  for (unsigned a = 0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; ++b) {
      const std::string text{static_cast<char>(a), static_cast<char>(b), '\x80'};
      const std::string out = escape_for_terminal(text);
      bool is_clean = mlops::is_utf8(out);
      for (const char c : out) {
        const auto byte = static_cast<unsigned char>(c);
        is_clean = is_clean && byte >= 0x20 && byte != 0x7F;
      }
      if (!is_clean || escape_for_terminal(out) != out) {
        FAIL("bytes " << a << " " << b << " give " << out);
      }
    }
  }
}

TEST_CASE("quote puts the escaped text in single quotes") {
  CHECK(mlops::quote("a b") == "'a b'");
  CHECK(mlops::quote("a\nb") == "'a\\x0ab'");
  CHECK(mlops::quote("") == "''");
}

TEST_CASE("shell_quote gives one word back to a shell") {
  CHECK(mlops::shell_quote("data/train-1.csv") == "data/train-1.csv");
  CHECK(mlops::shell_quote("") == "''");
  CHECK(mlops::shell_quote("a b") == "'a b'");
  CHECK(mlops::shell_quote("it's") == R"('it'\''s')");
  CHECK(mlops::shell_quote("$(x)") == "'$(x)'");
  CHECK(mlops::shell_quote("~") == "'~'");
  CHECK(mlops::shell_quote("*") == "'*'");
  CHECK(mlops::shell_quote("a\nb") == "'a\nb'");
  CHECK(mlops::shell_quote("\xC3\xA4") == "'\xC3\xA4'");
  CHECK(mlops::shell_join({"echo", "a b", ""}) == "echo 'a b' ''");
  CHECK(mlops::shell_join({"", "a"}) == "'' a");
}
