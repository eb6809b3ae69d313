#include "base/hex.h"

#include <array>

#include <catch2/catch.hpp>

TEST_CASE("hex there and back") {
  const std::array<std::uint8_t, 4> bytes{0x00, 0x7F, 0x80, 0xFF};
  CHECK(mlops::to_hex(bytes) == "007f80ff");
  std::array<std::uint8_t, 4> back{};
  REQUIRE(mlops::from_hex("007f80ff", back));
  CHECK(back == bytes);
  CHECK(mlops::to_hex({}).empty());
  CHECK(mlops::from_hex("", {}));
}

TEST_CASE("from_hex takes its own form only") {
  std::array<std::uint8_t, 2> out{};
  const char* const wrong =
      GENERATE("", "abc", "abcdef", "ABCD", "abcg", "0xab", " abc", "ab d", "+1ab", "a\nbc");
  INFO(wrong);
  CHECK_FALSE(mlops::from_hex(wrong, out));
}
