#include "codec/crc32c.h"

#include <vector>

#include <catch2/catch.hpp>

#include "codec/bytes.h"

using mlops::codec::crc32c;
using mlops::codec::crc32c_portable;
using Bytes = std::vector<std::uint8_t>;

TEST_CASE("the vectors of RFC 3720, appendix B.4") {
  Bytes rising;
  Bytes falling;
  for (std::uint8_t i = 0; i < 32; ++i) {
    rising.push_back(i);
    falling.push_back(static_cast<std::uint8_t>(31 - i));
  }
  CHECK(crc32c(Bytes(32, 0x00)) == 0x8A9136AAU);
  CHECK(crc32c(Bytes(32, 0xFF)) == 0x62A8AB43U);
  CHECK(crc32c(rising) == 0x46DD794EU);
  CHECK(crc32c(falling) == 0x113FDB5CU);
  CHECK(crc32c(mlops::codec::as_bytes("123456789")) == 0xE3069283U);
  CHECK(crc32c({}) == 0U);
}

TEST_CASE("with and without the processor's instructions, at every length and alignment") {
  Bytes bytes(2000);  // more than two rounds of three lanes
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(i * 37 + 11);
  }
  for (std::size_t begin = 0; begin < 9; ++begin) {
    for (std::size_t size = 0; begin + size <= bytes.size(); size += size < 300 ? 1 : 7) {
      const auto part = std::span<const std::uint8_t>(bytes).subspan(begin, size);
      if (crc32c(part) != crc32c_portable(part)) {
        FAIL("from " << begin << ", " << size << " bytes");
      }
    }
  }
}
